import type { Output } from '@coffer/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { useTitle } from '../components/dialog.js'
import { describeError, waitIn } from '../components/errors.js'
import { Checkbox, Field } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { useKept } from '../components/kept.js'
import { useToasts } from '../components/toast.js'
import { at, settings } from '../settings.js'
import { useTexts } from '../texts/provider.js'
import { client } from './client.js'
import { Entrance } from './entrance.js'
import { askPasskey, hasPasskeys, isDismissed } from './passkey.js'
import { OtherMethods } from './step-up.js'

/** A sign-in whose password was right, and that waits for its second step. */
interface Step {
  email: string
  challenge: Output<'login'>
}

/** The sign-in: the password or a passkey, then the second step. `hasEnded` if it takes the place of a page whose session has ended. */
export function SignIn({ hasEnded }: { hasEnded: boolean }) {
  const { signInPage: texts } = useTexts()
  const [step, setStep] = useKept<Step>('sign-in')
  useTitle(step ? texts.codeTitle : texts.submit, settings.brand.name)
  return (
    <Entrance
      title={step ? texts.codeTitle : texts.title}
      lead={step ? undefined : hasEnded ? texts.ended : texts.lead(settings.brand.name)}
    >
      {step ? <SecondStep step={step} onStep={setStep} /> : <Password onStep={setStep} />}
    </Entrance>
  )
}

function Password({ onStep }: { onStep(step: Step): void }) {
  const { signInPage: texts } = useTexts()
  const form = useForm({ email: '', password: '' }, { draft: 'sign-in' })
  return (
    <>
      <Form
        form={form}
        onSubmit={async ({ email, password }) => {
          const challenge = await client.login({ email, password })
          if (!challenge.user) onStep({ email: email.trim(), challenge })
        }}
      >
        <Field name="email" label={texts.email} type="email" autoComplete="username webauthn" required />
        <Field name="password" label={texts.password} type="password" autoComplete="current-password" required />
        <p class="aside">
          <a href={at('/account/recover')}>{texts.forgot}</a>
        </p>
        <Submit>{texts.submit}</Submit>
      </Form>
      {hasPasskeys() && <PasskeyButton />}
      {settings.registration === 'invite' && (
        <p class="aside">
          <a href={at('/account/invitation')}>{texts.invited}</a>
        </p>
      )}
      {settings.registration === 'open' && (
        <p class="aside">
          {texts.noAccount} <a href={at('/account/register')}>{texts.register}</a>
        </p>
      )}
    </>
  )
}

/** Signs in by a passkey: on a click, or chosen from the suggestions of the field for the address. */
function PasskeyButton() {
  const texts = useTexts()
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const waiting = useRef<AbortController>(undefined)

  async function signIn(mediation?: 'conditional') {
    waiting.current?.abort()
    const controller = new AbortController()
    waiting.current = controller
    const { challengeId, options } = await client.beginPasskeyLogin({}, { signal: controller.signal })
    const response = await askPasskey(options, { signal: controller.signal, ...(mediation && { mediation }) })
    await client.verifyPasskeyLogin({ challengeId, response })
  }

  useEffect(() => {
    let isShown = true
    async function suggest() {
      if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || !isShown) return
      // a failure leaves the button
      await signIn('conditional').catch(() => undefined)
    }
    void suggest()
    return () => {
      isShown = false
      waiting.current?.abort()
    }
  }, [])

  async function click() {
    setBusy(true)
    setProblem(undefined)
    try {
      await signIn()
    } catch (error) {
      if (!isDismissed(error)) setProblem(describeError(error, texts))
    }
    setBusy(false)
  }
  return (
    <>
      <p class="divider">{texts.signInPage.or}</p>
      <Button icon="key" busy={isBusy} class="wide" onClick={click}>
        {texts.signInPage.passkey}
      </Button>
      <p class="problem" role="alert">
        {problem}
      </p>
    </>
  )
}

function SecondStep({ step, onStep }: { step: Step; onStep(step: Step | undefined): void }) {
  const all = useTexts()
  const { signInPage: texts } = all
  const { email, challenge } = step
  const { challengeId } = challenge
  const methods = challenge.methods.filter((method) => method !== 'passkey' || hasPasskeys())
  const [method, setMethod] = useState<string>(methods[0] ?? 'mail')
  const form = useForm({ code: '', trustDevice: false })
  async function confirm({ code, trustDevice }: typeof form.values) {
    const trust = trustDevice ? { trustDevice } : {}
    if (method === 'passkey') {
      await client.verifyLogin({ challengeId, response: await askPasskey(challenge.passkeyOptions), ...trust })
    } else await client.verifyLogin({ challengeId, code: code.trim(), method: method as 'mail', ...trust })
    onStep(undefined)
  }
  async function resend() {
    const renewed = await client.resendCode({ challengeId })
    onStep({ email, challenge: { ...challenge, ...renewed } })
  }
  const leads: Record<string, string> = {
    mail: texts.mailLead(email),
    totp: texts.totpLead,
    passkey: texts.passkeyLead,
    'backup-code': texts.backupLead,
  }
  return (
    <>
      <p class="lead">{leads[method]}</p>
      <Form key={method} form={form} onSubmit={confirm}>
        {method === 'backup-code' ? (
          <Field name="code" label={texts.backupCode} autoComplete="off" required autoFocus />
        ) : (
          method !== 'passkey' && <CodeField />
        )}
        {settings.trustsDevices && <Checkbox name="trustDevice" label={texts.trust} hint={texts.trustHint} />}
        <Submit>{method === 'passkey' ? texts.usePasskey : texts.confirm}</Submit>
      </Form>
      <div class="actions spread">
        <Button kind="quiet" onClick={() => onStep(undefined)}>
          {all.back}
        </Button>
        {method === 'mail' && <Resend at={challenge.resendAvailableAt} onResend={resend} />}
      </div>
      <OtherMethods methods={methods} current={method} onChoose={setMethod} />
    </>
  )
}

/** The field for a code of six digits. */
export function CodeField() {
  const { signInPage: texts } = useTexts()
  return (
    <Field
      name="code"
      label={texts.code}
      hint={texts.codeHint}
      class="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={9}
      required
      autoFocus
    />
  )
}

/** Has a new code sent, as soon as the server allows it. */
export function Resend({ at: time, onResend }: { at: string; onResend(): Promise<unknown> }) {
  const texts = useTexts()
  const toasts = useToasts()
  const secondsLeft = () => Math.max(0, Math.ceil((new Date(time).getTime() - Date.now()) / 1000))
  const [left, setLeft] = useState(secondsLeft)
  useEffect(() => {
    setLeft(secondsLeft())
    const timer = setInterval(() => setLeft(secondsLeft()), 1000)
    return () => clearInterval(timer)
  }, [time])
  if (left > 0) return <span class="hint">{texts.signInPage.resendIn(waitIn(texts, left))}</span>
  return (
    <Button
      kind="quiet"
      icon="mail"
      onClick={() => onResend().then(() => toasts.say(texts.signInPage.resent), toasts.fail)}
    >
      {texts.signInPage.resend}
    </Button>
  )
}
