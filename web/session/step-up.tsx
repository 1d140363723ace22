import { ApiError } from '@coffer/client'
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useMemo, useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Dialog } from '../components/dialog.js'
import { Field } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import { useTexts } from '../texts/provider.js'
import { client } from './client.js'
import { askPasskey, hasPasskeys } from './passkey.js'
import { StepUpCancelled } from './step-up-cancelled.js'

/** Runs a call, asks for a step-up if the call requires one, and then runs it again. */
type WithStepUp = <T>(act: () => Promise<T>) => Promise<T>

const Context = createContext<WithStepUp>((act) => act())

/** Gives the components below it `useStepUp`. */
export function StepUpProvider({ children }: { children: ComponentChildren }) {
  const [asked, setAsked] = useState<{ methods: readonly string[]; end(error?: Error): void }>()
  const withStepUp = useMemo(
    (): WithStepUp => async (act) => {
      try {
        return await act()
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 'STEP_UP_REQUIRED')) throw error
        const { methods } = error
        await new Promise<void>((resolve, reject) => {
          setAsked({
            methods,
            end(problem) {
              setAsked(undefined)
              if (problem) reject(problem)
              else resolve()
            },
          })
        })
        return act()
      }
    },
    [],
  )
  return (
    <Context.Provider value={withStepUp}>
      {children}
      {asked && (
        <StepUpDialog
          methods={asked.methods}
          onDone={() => asked.end()}
          onCancel={() => asked.end(new StepUpCancelled())}
        />
      )}
    </Context.Provider>
  )
}

/** Returns a function that runs a call which may require a step-up. It rejects with an AbortError if the person cancels. */
export const useStepUp = () => useContext(Context)

function StepUpDialog({ methods, onDone, onCancel }: { methods: readonly string[]; onDone(): void; onCancel(): void }) {
  const { signInPage: page, stepUp } = useTexts()
  const usable = methods.filter((method) => method !== 'passkey' || hasPasskeys())
  const [method, setMethod] = useState(usable[0] ?? 'password')
  const form = useForm({ currentPassword: '', code: '' })
  async function confirm({ currentPassword, code }: typeof form.values) {
    if (method === 'password') await client.stepUp({ currentPassword })
    else if (method === 'passkey') {
      const { challengeId, options } = await client.beginStepUp()
      await client.stepUp({ challengeId, response: await askPasskey(options) })
    } else await client.stepUp({ method: method as 'totp', code: code.trim() })
    onDone()
  }
  return (
    <Dialog title={stepUp.title} onClose={onCancel}>
      <p class="lead">{stepUp.text}</p>
      <Form key={method} form={form} onSubmit={confirm}>
        {method === 'password' && (
          <Field
            name="currentPassword"
            label={stepUp.password}
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        {method === 'passkey' && <p>{page.passkeyLead}</p>}
        {method === 'totp' && (
          <Field
            name="code"
            label={page.code}
            hint={page.totpLead}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
          />
        )}
        {method === 'backup-code' && (
          <Field name="code" label={page.backupCode} hint={page.backupLead} autoComplete="off" required />
        )}
        <FormActions onCancel={onCancel}>{method === 'passkey' ? page.usePasskey : stepUp.confirm}</FormActions>
      </Form>
      <OtherMethods methods={usable} current={method} onChoose={setMethod} />
    </Dialog>
  )
}

/** The other methods by which somebody can confirm. */
export function OtherMethods({
  methods,
  current,
  onChoose,
}: {
  methods: readonly string[]
  current: string
  onChoose(method: string): void
}) {
  const { signInPage: page } = useTexts()
  const others = methods.filter((method) => method !== current && method in page.methods)
  if (others.length === 0) return null
  return (
    <div class="other-methods">
      <h3>{page.otherMethods}</h3>
      {others.map((method) => (
        <Button key={method} kind="quiet" onClick={() => onChoose(method)}>
          {page.methods[method]}
        </Button>
      ))}
    </div>
  )
}
