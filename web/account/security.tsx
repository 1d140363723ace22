import type { components, Output } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useEffect, useState } from 'preact/hooks'
import { encode } from 'uqr'
import { Button } from '../components/button.js'
import { Dialog, useConfirm } from '../components/dialog.js'
import { Field } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import type { IconName } from '../components/icon.js'
import { Icon } from '../components/icon.js'
import { useLoad } from '../components/load.js'
import { Menu } from '../components/menu.js'
import { Page } from '../components/shell.js'
import { Empty, Failure, Loaded } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { factorRequired } from '../session/client.js'
import { createPasskey, hasPasskeys, isDismissed } from '../session/passkey.js'
import { useStepUp } from '../session/step-up.js'
import { settings } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { CopyButton, saveAs } from './copy.js'
import { useTexts } from './texts.js'

type Factor = components['schemas']['Factor']

const ICONS: Record<string, IconName> = { totp: 'device', passkey: 'key', 'backup-codes': 'list' }

/** The second factors. `isEnrolment` if the account must have one before it can do anything else. */
export function Security({ isEnrolment = false }: { isEnrolment?: boolean }) {
  const all = useTexts()
  const { nav, security: texts, enrol } = all
  const coffer = useCoffer()
  const factors = useLoad(async (signal) => (await coffer.listFactors({}, { signal })).items)
  const [open, setOpen] = useState<'app' | 'passkey' | Factor>()
  const [backupCodes, setBackupCodes] = useState<string[]>()
  const toasts = useToasts()

  function onAdded({ factor, backupCodes: codes }: Output<'confirmTotp'>) {
    setOpen(undefined)
    toasts.say(texts.factorAdded(factor.name))
    if (codes) setBackupCodes(codes)
    else factorRequired.set(false)
    factors.reload()
  }
  function onKept() {
    setBackupCodes(undefined)
    factorRequired.set(false)
  }

  return (
    <Page title={isEnrolment ? enrol.title : nav.security} lead={isEnrolment ? enrol.text : texts.lead}>
      <Loaded state={factors}>
        {(items) => (
          <>
            {items.length === 0 && (
              <Empty icon="shield" title={texts.none}>
                <p>{texts.noneText}</p>
              </Empty>
            )}
            {items.length > 0 && (
              <ul class="rows">
                {items.map((factor) => (
                  <FactorRow
                    key={factor.id}
                    factor={factor}
                    onRename={() => setOpen(factor)}
                    onCodes={setBackupCodes}
                    onChange={factors.reload}
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
      <div class="actions">
        <Button kind="primary" icon="device" onClick={() => setOpen('app')}>
          {texts.addApp}
        </Button>
        <Button icon="key" disabled={!hasPasskeys()} onClick={() => setOpen('passkey')}>
          {texts.addPasskey}
        </Button>
        {!hasPasskeys() && <p class="hint">{texts.noPasskeys}</p>}
      </div>
      {open === 'app' && <AddApp onAdded={onAdded} onClose={() => setOpen(undefined)} />}
      {open === 'passkey' && <AddPasskey onAdded={onAdded} onClose={() => setOpen(undefined)} />}
      {typeof open === 'object' && (
        <Rename
          factor={open}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined)
            factors.reload()
          }}
        />
      )}
      {backupCodes && <BackupCodes codes={backupCodes} onClose={onKept} />}
    </Page>
  )
}

function FactorRow({
  factor,
  onRename,
  onCodes,
  onChange,
}: {
  factor: Factor
  onRename(): void
  onCodes(codes: string[]): void
  onChange(): void
}) {
  const all = useTexts()
  const { security: texts } = all
  const format = useFormat()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const isCodes = factor.type === 'backup-codes'
  const kind = factor.type === 'totp' ? texts.app : factor.type === 'passkey' ? texts.passkey : texts['backup-codes']
  const name = isCodes ? kind : factor.name

  async function remove() {
    const isAgreed = await confirm({
      title: texts.deleteTitle(name),
      text: texts.deleteText,
      action: texts.remove,
      isDangerous: true,
      act: () => withStepUp(() => coffer.deleteFactor({ factorId: factor.id })),
    })
    if (!isAgreed) return
    toasts.say(texts.removed(name))
    onChange()
  }
  async function renew() {
    let codes: string[] = []
    const isAgreed = await confirm({
      title: texts.newCodesTitle,
      text: texts.newCodesText,
      action: texts.newCodes,
      act: async () => {
        const created = await withStepUp(() => coffer.createBackupCodes())
        codes = created.backupCodes
      },
    })
    if (!isAgreed) return
    onCodes(codes)
    onChange()
  }
  const facts = [
    !isCodes && kind,
    factor.remaining !== undefined && texts.remaining(factor.remaining),
    texts.added(format.date(factor.createdAt)),
    factor.lastUsedAt ? texts.used(format.relative(factor.lastUsedAt)) : texts.neverUsed,
  ].filter(Boolean)
  return (
    <li class="row">
      <Icon name={ICONS[factor.type] ?? 'shield'} />
      <p class="grow">
        <b>{name}</b>
        <small>{facts.join(' · ')}</small>
      </p>
      <Menu
        label={all.actions(name)}
        items={
          isCodes
            ? [{ label: texts.newCodes, icon: 'refresh', act: renew }]
            : [
                { label: all.rename, icon: 'edit', act: onRename },
                { label: texts.remove, icon: 'trash', isDangerous: true, act: remove },
              ]
        }
      />
    </li>
  )
}

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

function AddApp({ onAdded, onClose }: AddProps) {
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

function AddPasskey({ onAdded, onClose }: AddProps) {
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

function Rename({ factor, onClose, onDone }: { factor: Factor; onClose(): void; onDone(): void }) {
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

function BackupCodes({ codes, onClose }: { codes: string[]; onClose(): void }) {
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
