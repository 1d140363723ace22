import type { Output } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { useTitle } from '../components/dialog.js'
import { Field } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { useKept } from '../components/kept.js'
import { useToasts } from '../components/toast.js'
import { Entrance } from '../session/entrance.js'
import { CodeField, Resend } from '../session/sign-in.js'
import { at, settings } from '../settings.js'
import { useTexts } from './texts.js'

interface Step {
  email: string
  challenge: Output<'forgotPassword'>
}

/** A new password for somebody who has forgotten theirs: the address, the code from the mail, the password. */
export function Recover() {
  const { recover: texts } = useTexts()
  const [step, setStep] = useKept<Step>('recover')
  // in memory only
  const [resetToken, setResetToken] = useState<string>()
  useTitle(texts.title, settings.brand.name)
  if (resetToken !== undefined) return <NewPassword resetToken={resetToken} />
  if (step) {
    const onVerified = (token: string) => {
      setStep(undefined)
      setResetToken(token)
    }
    return <Verify step={step} onStep={setStep} onVerified={onVerified} />
  }
  return <Address onStep={setStep} />
}

function Address({ onStep }: { onStep(step: Step): void }) {
  const { recover: texts, signInPage } = useTexts()
  const coffer = useCoffer()
  const form = useForm({ email: '' }, { draft: 'recover' })
  return (
    <Entrance title={texts.title} lead={texts.lead}>
      <Form
        form={form}
        onSubmit={async ({ email }) => {
          onStep({ email: email.trim(), challenge: await coffer.forgotPassword({ email }) })
        }}
      >
        <Field name="email" label={signInPage.email} type="email" autoComplete="username" required />
        <Submit>{texts.submit}</Submit>
      </Form>
      <p class="aside">
        <a href={at('/')}>{texts.toSignIn}</a>
      </p>
    </Entrance>
  )
}

function Verify({
  step,
  onStep,
  onVerified,
}: {
  step: Step
  onStep(step: Step | undefined): void
  onVerified(resetToken: string): void
}) {
  const { recover: texts, signInPage, back } = useTexts()
  const coffer = useCoffer()
  const form = useForm({ code: '' })
  const { email, challenge } = step
  const { challengeId } = challenge
  return (
    <Entrance title={texts.title} lead={texts.codeLead(email)}>
      <Form
        form={form}
        onSubmit={async ({ code }) => {
          const { resetToken } = await coffer.verifyPasswordReset({ challengeId, code: code.trim() })
          onVerified(resetToken)
        }}
      >
        <CodeField />
        <Submit>{signInPage.confirm}</Submit>
      </Form>
      <div class="actions spread">
        <Button kind="quiet" onClick={() => onStep(undefined)}>
          {back}
        </Button>
        <Resend
          at={challenge.resendAvailableAt}
          onResend={async () => onStep({ email, challenge: await coffer.resendCode({ challengeId }) })}
        />
      </div>
    </Entrance>
  )
}

function NewPassword({ resetToken }: { resetToken: string }) {
  const { recover: texts, register } = useTexts()
  const coffer = useCoffer()
  const toasts = useToasts()
  const { route } = useLocation()
  const form = useForm({ newPassword: '' })
  return (
    <Entrance title={texts.newTitle} lead={texts.newLead}>
      <Form
        form={form}
        onSubmit={async ({ newPassword }) => {
          await coffer.resetPassword({ resetToken, newPassword })
          toasts.say(texts.done)
          route(at('/'))
        }}
      >
        <Field
          name="newPassword"
          label={texts.newPassword}
          hint={register.passwordHint(settings.passwordMinLength)}
          type="password"
          autoComplete="new-password"
          required
          autoFocus
        />
        <Submit>{texts.save}</Submit>
      </Form>
    </Entrance>
  )
}
