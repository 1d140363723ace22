import type { Output, User } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useRef, useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Dialog } from '../components/dialog.js'
import { Field, SelectField } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { useKept } from '../components/kept.js'
import { Avatar, Page, Section } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { CodeField, Resend } from '../session/sign-in.js'
import { useStepUp } from '../session/step-up.js'
import { settings } from '../settings.js'
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../texts/language.js'
import { useLanguage } from '../texts/provider.js'
import { useTexts } from './texts.js'

/** The profile: picture, name, language, address and password. */
export function Profile({ user }: { user: User }) {
  const { nav, profile } = useTexts()
  return (
    <Page title={nav.profile} lead={profile.lead}>
      <Picture user={user} />
      <Details user={user} />
      <Email user={user} />
      <Password />
    </Page>
  )
}

function Picture({ user }: { user: User }) {
  const { profile: texts } = useTexts()
  const coffer = useCoffer()
  const toasts = useToasts()
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  async function run(act: () => Promise<unknown>, done: string) {
    setBusy(true)
    try {
      await act()
      toasts.say(done)
    } catch (error) {
      toasts.fail(error)
    }
    setBusy(false)
  }
  return (
    <Section isBeside title={texts.picture} lead={texts.pictureLead}>
      <div class="card picture">
        <Avatar user={user} size="large" />
        <div class="actions">
          <Button icon="image" busy={isBusy} onClick={() => input.current?.click()}>
            {texts.choosePicture}
          </Button>
          {user.avatarUrl && (
            <Button
              kind="quiet"
              icon="trash"
              onClick={() =>
                run(async () => {
                  await coffer.deleteAvatar()
                  await coffer.getProfile()
                }, texts.pictureRemoved)
              }
            >
              {texts.removePicture}
            </Button>
          )}
        </div>
        <input
          ref={input}
          type="file"
          accept="image/*"
          class="visually-hidden"
          aria-label={texts.choosePicture}
          tabIndex={-1}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? []
            if (file) void run(() => coffer.putAvatar({ file }), texts.pictureSaved)
            currentTarget.value = ''
          }}
        />
      </div>
    </Section>
  )
}

function Details({ user }: { user: User }) {
  const all = useTexts()
  const { profile: texts } = all
  const coffer = useCoffer()
  const toasts = useToasts()
  const { choose } = useLanguage()
  const form = useForm({ name: user.name, locale: user.locale as string }, { draft: 'profile' })
  return (
    <Section isBeside title={texts.details}>
      <Form
        form={form}
        class="card"
        onSubmit={async ({ name, locale }) => {
          await coffer.updateProfile({ name, locale: locale as Language })
          choose(locale as Language)
          toasts.say(all.saved)
        }}
      >
        <Field name="name" label={texts.name} autoComplete="name" maxLength={100} required />
        <SelectField
          name="locale"
          label={texts.language}
          hint={texts.languageHint}
          options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
        <Submit>{all.save}</Submit>
      </Form>
    </Section>
  )
}

interface EmailStep {
  email: string
  challenge: Output<'changeEmail'>
}

function Email({ user }: { user: User }) {
  const { profile: texts } = useTexts()
  const [step, setStep] = useKept<EmailStep>('email')
  const [isOpen, setOpen] = useState(false)
  const close = () => {
    setOpen(false)
    setStep(undefined)
  }
  return (
    <Section isBeside title={texts.email} lead={texts.emailLead(user.email)}>
      <div class="actions">
        <Button icon="mail" onClick={() => setOpen(true)}>
          {texts.changeEmail}
        </Button>
      </div>
      {(isOpen || step) && (
        <Dialog title={texts.changeEmail} onClose={close}>
          {step ? <ConfirmEmail step={step} onStep={setStep} onDone={close} /> : <NewEmail onStep={setStep} />}
        </Dialog>
      )}
    </Section>
  )
}

function NewEmail({ onStep }: { onStep(step: EmailStep): void }) {
  const all = useTexts()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const form = useForm({ email: '' }, { draft: 'email' })
  return (
    <Form
      form={form}
      onSubmit={async ({ email }) => {
        onStep({ email: email.trim(), challenge: await withStepUp(() => coffer.changeEmail({ email })) })
      }}
    >
      <Field name="email" label={all.profile.newEmail} type="email" autoComplete="email" required />
      <Submit>{all.continue}</Submit>
    </Form>
  )
}

function ConfirmEmail({ step, onStep, onDone }: { step: EmailStep; onStep(step: EmailStep): void; onDone(): void }) {
  const { profile: texts, signInPage } = useTexts()
  const coffer = useCoffer()
  const toasts = useToasts()
  const form = useForm({ code: '' })
  const { email, challenge } = step
  const { challengeId } = challenge
  return (
    <>
      <p class="lead">{texts.emailSent(email)}</p>
      <Form
        form={form}
        onSubmit={async ({ code }) => {
          await coffer.verifyEmailChange({ challengeId, code: code.trim() })
          toasts.say(texts.emailChanged)
          onDone()
        }}
      >
        <CodeField />
        <Submit>{signInPage.confirm}</Submit>
      </Form>
      <Resend
        at={challenge.resendAvailableAt}
        onResend={async () => onStep({ email, challenge: await coffer.resendCode({ challengeId }) })}
      />
    </>
  )
}

function Password() {
  const { profile: texts, register } = useTexts()
  const coffer = useCoffer()
  const toasts = useToasts()
  const form = useForm({ currentPassword: '', newPassword: '' })
  return (
    <Section isBeside title={texts.password} lead={texts.passwordLead}>
      <Form
        form={form}
        class="card"
        onSubmit={async (values) => {
          await coffer.changePassword(values)
          form.reset()
          toasts.say(texts.passwordChanged)
        }}
      >
        <Field
          name="currentPassword"
          label={texts.currentPassword}
          type="password"
          autoComplete="current-password"
          required
        />
        <Field
          name="newPassword"
          label={texts.newPassword}
          hint={register.passwordHint(settings.passwordMinLength)}
          type="password"
          autoComplete="new-password"
          required
        />
        <Submit>{texts.changePassword}</Submit>
      </Form>
    </Section>
  )
}
