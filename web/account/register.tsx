import type { Output } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button, ButtonLink } from '../components/button.js'
import { useTitle } from '../components/dialog.js'
import { Field, FileField } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { useKept } from '../components/kept.js'
import { useToasts } from '../components/toast.js'
import { Entrance } from '../session/entrance.js'
import { CodeField, Resend } from '../session/sign-in.js'
import { at, settings } from '../settings.js'
import { useLanguage } from '../texts/provider.js'
import { useTexts } from './texts.js'

interface Step {
  email: string
  challenge: Output<'register'>
}

/** The registration: the account, then the code from the mail. */
export function Register() {
  const { register: texts, signInPage } = useTexts()
  const [step, setStep] = useKept<Step>('register')
  useTitle(texts.title, settings.brand.name)
  if (settings.registration !== 'open') {
    return (
      <Entrance title={texts.title} lead={texts.closed}>
        <div class="actions">
          <ButtonLink kind="primary" href={at('/account/invitation')}>
            {signInPage.invited}
          </ButtonLink>
          <ButtonLink href={at('/')}>{signInPage.submit}</ButtonLink>
        </div>
      </Entrance>
    )
  }
  if (step) return <Verify step={step} onStep={setStep} />
  return (
    <Entrance title={texts.title} lead={texts.lead(settings.brand.name)}>
      <Account onStep={setStep} />
    </Entrance>
  )
}

function Account({ onStep }: { onStep(step: Step): void }) {
  const { register: texts, signInPage } = useTexts()
  const { language } = useLanguage()
  const coffer = useCoffer()
  const form = useForm({ name: '', email: '', password: '' }, { draft: 'register' })
  const [picture, setPicture] = useState<File>()
  return (
    <>
      <Form
        form={form}
        onSubmit={async (values) => {
          const input = { ...values, ...(picture && { avatar: picture }) }
          const challenge = await coffer.register(input, { headers: { 'accept-language': language } })
          onStep({ email: values.email.trim(), challenge })
        }}
      >
        <Field name="name" label={texts.name} hint={texts.nameHint} autoComplete="name" maxLength={100} required />
        <Field name="email" label={signInPage.email} type="email" autoComplete="email" required />
        <Field
          name="password"
          label={signInPage.password}
          hint={texts.passwordHint(settings.passwordMinLength)}
          type="password"
          autoComplete="new-password"
          required
        />
        <FileField name="avatar" label={texts.picture} accept="image/*" isOptional onChoose={setPicture} />
        <Submit>{texts.submit}</Submit>
      </Form>
      <p class="aside">
        {texts.have} <a href={at('/')}>{signInPage.submit}</a>
      </p>
    </>
  )
}

function Verify({ step, onStep }: { step: Step; onStep(step: Step | undefined): void }) {
  const all = useTexts()
  const { register: texts, signInPage } = all
  const coffer = useCoffer()
  const toasts = useToasts()
  const { route } = useLocation()
  const form = useForm({ code: '' })
  const { email, challenge } = step
  const { challengeId } = challenge
  return (
    <Entrance title={texts.verifyTitle} lead={signInPage.mailLead(email)}>
      <Form
        form={form}
        onSubmit={async ({ code }) => {
          await coffer.verifyRegistration({ challengeId, code: code.trim() })
          onStep(undefined)
          toasts.say(texts.done)
          route(at('/'))
        }}
      >
        <CodeField />
        <Submit>{signInPage.confirm}</Submit>
      </Form>
      <div class="actions spread">
        <Button kind="quiet" onClick={() => onStep(undefined)}>
          {all.back}
        </Button>
        <Resend
          at={challenge.resendAvailableAt}
          onResend={async () => onStep({ email, challenge: await coffer.resendCode({ challengeId }) })}
        />
      </div>
    </Entrance>
  )
}
