import type { components, Output } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useEffect, useState } from 'preact/hooks'
import { encode } from 'uqr'
import { Button } from '../components/button.js'
import { Dialog } from '../components/dialog.js'
import { Field } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { Failure } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { createPasskey, isDismissed } from '../session/passkey.js'
import { useStepUp } from '../session/step-up.js'
import { settings } from '../settings.js'
import { CopyButton, saveAs } from './copy.js'
import { useTexts } from './texts.js'

export type Factor = components['schemas']['Factor']

/** A QR code of squares, drawn as one path. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 3 })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  )
}

interface AddProps {
  onAdded(added: Output<'confirmTotp'>): void
  onClose(): void
}

export function AddApp({ onAdded, onClose }: AddProps) {
  const all = useTexts()
  const { security: texts } = all
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const [pending, setPending] = useState<Output<'beginTotp'>>()
  const [error, setError] = useState<unknown>()
  const form = useForm({ code: '', name: texts.appName })
  const begin = () => {
    setError(undefined)
    withStepUp(() => coffer.beginTotp()).then(setPending, (problem) => {
      if (isDismissed(problem)) onClose()
      else setError(problem)
    })
  }
  useEffect(begin, [])
  return (
    <Dialog title={texts.addApp} onClose={onClose}>
      {error !== undefined && <Failure error={error} onRetry={begin} />}
      {pending && (
        <>
          <p>{texts.scan}</p>
          <QrCode text={pending.uri} label={texts.qr} />
          <div class="secret">
            <span>{texts.manual}</span>
            <code>{pending.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
            <CopyButton text={pending.secret} />
          </div>
          <Form
            form={form}
            onSubmit={async ({ code, name }) => {
              const input = { factorId: pending.factorId, code: code.trim(), ...(name.trim() && { name }) }
              onAdded(await coffer.confirmTotp(input))
            }}
          >
            <Field
              name="code"
              label={texts.appCode}
              class="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
            />
            <Field name="name" label={texts.name} hint={texts.nameHint} maxLength={100} />
            <Submit>{all.signInPage.confirm}</Submit>
          </Form>
        </>
      )}
    </Dialog>
  )
}

export function AddPasskey({ onAdded, onClose }: AddProps) {
  const { security: texts } = useTexts()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const form = useForm({ name: texts.passkeyName })
  return (
    <Dialog title={texts.addPasskey} onClose={onClose}>
      <p>{texts.passkeyText}</p>
      <Form
        form={form}
        onSubmit={async ({ name }) => {
          const { challengeId, options } = await withStepUp(() => coffer.beginPasskey())
          const response = await createPasskey(options)
          onAdded(await coffer.confirmPasskey({ challengeId, response, ...(name.trim() && { name }) }))
        }}
      >
        <Field name="name" label={texts.name} hint={texts.nameHint} maxLength={100} />
        <Submit>{texts.create}</Submit>
      </Form>
    </Dialog>
  )
}

export function Rename({ factor, onClose, onDone }: { factor: Factor; onClose(): void; onDone(): void }) {
  const all = useTexts()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const form = useForm({ name: factor.name })
  return (
    <Dialog title={all.rename} onClose={onClose}>
      <Form
        form={form}
        onSubmit={async ({ name }) => {
          await withStepUp(() => coffer.renameFactor({ factorId: factor.id, name }))
          toasts.say(all.security.renamed)
          onDone()
        }}
      >
        <Field name="name" label={all.security.name} maxLength={100} required />
        <Submit>{all.save}</Submit>
      </Form>
    </Dialog>
  )
}

export function BackupCodes({ codes, onClose }: { codes: string[]; onClose(): void }) {
  const { security: texts } = useTexts()
  const title = texts.codesFile(settings.brand.name)
  const text = `${title}\n\n${codes.join('\n')}\n`
  return (
    <Dialog title={texts.codesTitle} onClose={onClose}>
      <div class="printed">
        <p>{texts.codesText}</p>
        <ul class="backup-codes mono">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
      <div class="actions">
        <CopyButton text={text} kind="plain" />
        <Button icon="download" onClick={() => saveAs(`${title}.txt`, text, 'text/plain')}>
          {texts.download}
        </Button>
        <Button icon="print" onClick={() => print()}>
          {texts.print}
        </Button>
      </div>
      <div class="actions">
        <Button kind="primary" icon="check" onClick={onClose}>
          {texts.codesKept}
        </Button>
      </div>
    </Dialog>
  )
}
