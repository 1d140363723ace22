import { type ComponentChildren, type ComponentProps, createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { useTexts } from '../texts/provider.js'
import { Button } from './button.js'
import { describeError, fieldErrors } from './errors.js'
import { Icon } from './icon.js'

export type Values = Record<string, string | boolean | string[]>

export interface FormState<V extends Values> {
  values: V
  set(changes: Partial<V>): void
  reset(): void
  errors: Record<string, string>
  problem: string | undefined
  isBusy: boolean
  /** Runs the action of the form, and shows what is wrong if it fails. */
  run(act: (values: V) => Promise<unknown>): Promise<void>
  /** Shows an error at a field; for what only the page checks. */
  fail(name: keyof V & string, text: string): void
}

/** The kinds of fields whose values are never stored. */
const SECRET = /password|code|secret/i

/**
 * Keeps the values and the errors of a form. With a `draft`, its values outlive a reload in this tab, but no password and no code does.
 */
export function useForm<V extends Values>(initial: V, { draft }: { draft?: string } = {}): FormState<V> {
  const texts = useTexts()
  const key = draft && `coffer:draft:${draft}`
  const [values, setValues] = useState<V>(() => ({ ...initial, ...(key && readDraft(key)) }))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const current = useRef(values)
  current.current = values
  const hasFailed = useRef(false)
  return {
    values,
    errors,
    problem,
    isBusy,
    set(changes) {
      current.current = { ...current.current, ...changes }
      setValues(current.current)
      if (key) keepDraft(key, current.current)
    },
    reset() {
      setValues(initial)
      setErrors({})
      setProblem(undefined)
      if (key) keepDraft(key, undefined)
    },
    fail(name, text) {
      hasFailed.current = true
      setErrors({ [name]: text })
    },
    async run(act) {
      setBusy(true)
      setProblem(undefined)
      setErrors({})
      hasFailed.current = false
      try {
        await act(current.current)
        if (key && !hasFailed.current) keepDraft(key, undefined)
      } catch (error) {
        const found = fieldErrors(error, texts)
        setErrors(found)
        const isPlaced = Object.keys(found).some((name) => name in current.current)
        setProblem(isPlaced ? texts.checkFields : describeError(error, texts))
      } finally {
        setBusy(false)
      }
    },
  }
}

function readDraft(key: string): object {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}')
  } catch {
    return {}
  }
}

function keepDraft(key: string, values: Values | undefined) {
  try {
    if (!values) return sessionStorage.removeItem(key)
    const kept = Object.entries(values).filter(([name]) => !SECRET.test(name))
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(kept)))
  } catch {
    // storage may be blocked or full: a reload then loses the draft
  }
}

/** The form around a component. */
export const FormContext = createContext<FormState<Values> | undefined>(undefined)

interface FormProps<V extends Values> extends Omit<ComponentProps<'form'>, 'action' | 'onSubmit'> {
  form: FormState<V>
  onSubmit(values: V): Promise<unknown>
  children: ComponentChildren
}

/** A form. Its problem is announced, and the first field with an error gets the focus. */
export function Form<V extends Values>({ form, onSubmit, children, ...rest }: FormProps<V>) {
  const element = useRef<HTMLFormElement>(null)
  const hasProblem = form.problem !== undefined
  useEffect(() => {
    if (hasProblem) element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [hasProblem])
  const texts = useTexts()
  return (
    <form
      {...rest}
      ref={element}
      class={`form ${rest.class ?? ''}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (form.isBusy) return
        const missing = [...event.currentTarget.elements].find(
          (field) =>
            field instanceof HTMLInputElement && field.required && !field.value.trim() && field.type !== 'file',
        ) as HTMLInputElement | undefined
        if (missing) {
          form.fail(missing.name, texts.invalid.required)
          missing.focus()
        } else void form.run(onSubmit)
      }}
    >
      <FormContext.Provider value={form as unknown as FormState<Values>}>{children}</FormContext.Provider>
      <p class="problem" role="alert">
        {form.problem && (
          <>
            <Icon name="warning" />
            <span>{form.problem}</span>
          </>
        )}
      </p>
    </form>
  )
}

/** The button that sends the form around it. */
export function Submit({ children, kind = 'primary' }: { children: ComponentChildren; kind?: 'primary' | 'danger' }) {
  const form = useContext(FormContext)
  return (
    <Button type="submit" kind={kind} busy={form?.isBusy ?? false}>
      {children}
    </Button>
  )
}

/** The last row of a form in a dialog: the button that closes the dialog, and the one that sends the form. */
export function FormActions({ onCancel, ...submit }: { onCancel(): void } & ComponentProps<typeof Submit>) {
  const texts = useTexts()
  return (
    <footer class="actions">
      <Button kind="quiet" onClick={onCancel}>
        {texts.cancel}
      </Button>
      <Submit {...submit} />
    </footer>
  )
}
