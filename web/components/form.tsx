import { type ComponentChildren, type ComponentProps, createContext } from 'preact'
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks'
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

const Context = createContext<FormState<Values> | undefined>(undefined)

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
      <Context.Provider value={form as unknown as FormState<Values>}>{children}</Context.Provider>
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

function useField(name: string) {
  const form = useContext(Context)
  if (!form) throw new Error('There is no Form above this field.')
  return { form, value: form.values[name], error: form.errors[name], id: useId() }
}

interface FieldProps extends Omit<ComponentProps<'input'>, 'label' | 'value' | 'name'> {
  name: string
  label: string
  hint?: ComponentChildren
  isOptional?: boolean
}

/** A text field of the form around it. A password can be shown. */
export function Field({ name, label, hint, isOptional, type = 'text', autoFocus, ...rest }: FieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (autoFocus) input.current?.focus()
  }, [autoFocus])
  const { form, value, error, id } = useField(name)
  const texts = useTexts()
  const [isShown, setShown] = useState(false)
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>
        {label}
        {isOptional && <small> ({texts.optional})</small>}
      </label>
      <div class="control">
        <input
          {...(rest as object)}
          ref={input}
          id={id}
          name={name}
          type={isShown ? 'text' : (type as 'text')}
          value={value as string}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          onInput={(event) => form.set({ [name]: event.currentTarget.value })}
        />
        {type === 'password' && (
          <Button
            kind="quiet"
            icon="eye"
            aria-label={isShown ? texts.hidePassword : texts.showPassword}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          />
        )}
      </div>
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
      {error && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      )}
    </div>
  )
}

interface AreaProps extends Omit<ComponentProps<'textarea'>, 'value' | 'name'> {
  name: string
  label: string
  hint?: ComponentChildren
}

/** A field of several lines. */
export function TextArea({ name, label, hint, ...rest }: AreaProps) {
  const { form, value, error, id } = useField(name)
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="control">
        <textarea
          {...rest}
          id={id}
          name={name}
          value={value as string}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          onInput={(event) => form.set({ [name]: event.currentTarget.value })}
        />
      </div>
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
      {error && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      )}
    </div>
  )
}

export interface Option {
  value: string
  label: string
}

interface ChoiceProps {
  label: string
  name?: string
  hint?: string
  value: string
  options: Option[]
  onChoose(value: string): void
  /** True if the label is for screen readers only. */
  isLabelHidden?: boolean
}

/** A choice that acts at once, outside of a form. */
export function Choice({ label, value, options, onChoose, isLabelHidden = false, name, hint }: ChoiceProps) {
  const id = useId()
  return (
    <div class="field choice">
      <label for={id} class={isLabelHidden ? 'visually-hidden' : ''}>
        {label}
      </label>
      <select
        id={id}
        aria-describedby={hint && `${id}-hint`}
        name={name}
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
    </div>
  )
}

/** A choice of the form around it. */
export function SelectField({
  name,
  label,
  hint,
  options,
}: {
  name: string
  label: string
  hint?: string
  options: Option[]
}) {
  const { form, value } = useField(name)
  return (
    <Choice
      label={label}
      value={value as string}
      options={options}
      name={name}
      {...(hint && { hint })}
      onChoose={(next) => form.set({ [name]: next })}
    />
  )
}

/** A checkbox of the form around it. With a `value` it belongs to the list of that name. */
export function Checkbox({ name, label, hint, value }: { name: string; label: string; hint?: string; value?: string }) {
  const { form, value: current, id } = useField(name)
  const list = current as string[]
  const isChecked = value === undefined ? current === true : list.includes(value)
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        name={name}
        checked={isChecked}
        aria-describedby={hint && `${id}-hint`}
        onChange={({ currentTarget: { checked } }) => {
          if (value === undefined) form.set({ [name]: checked })
          else form.set({ [name]: checked ? [...list, value] : list.filter((one) => one !== value) })
        }}
      />
      <label for={id}>{label}</label>
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
    </div>
  )
}

/** The button that sends the form around it. */
export function Submit({ children, kind = 'primary' }: { children: ComponentChildren; kind?: 'primary' | 'danger' }) {
  const form = useContext(Context)
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

/** A field for one file. */
export function FileField({
  name,
  label,
  accept,
  isOptional = false,
  onChoose,
}: {
  name: string
  label: string
  accept: string
  isOptional?: boolean
  onChoose(file: File | undefined): void
}) {
  const texts = useTexts()
  const form = useContext(Context)
  const id = useId()
  const error = form?.errors[name]
  return (
    <div class="field">
      <label for={id}>
        {label}
        {isOptional && <small> ({texts.optional})</small>}
      </label>
      <input
        id={id}
        type="file"
        name={name}
        accept={accept}
        aria-describedby={error && `${id}-error`}
        onChange={(event) => onChoose(event.currentTarget.files?.[0])}
      />
      {error && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      )}
    </div>
  )
}
