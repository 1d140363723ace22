import type { ComponentChildren, ComponentProps } from 'preact'
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks'
import { useTexts } from '../texts/provider.js'
import { Button } from './button.js'
import { FormContext } from './form.js'

function useField(name: string) {
  const form = useContext(FormContext)
  if (!form) throw new Error('There is no Form above this field.')
  return { form, value: form.values[name], error: form.errors[name], id: useId() }
}

interface NotesProps {
  id: string
  hint?: ComponentChildren
  error?: string | undefined
}

/** The ids of a field's {@link Notes}, for `aria-describedby`. */
const describedBy = ({ id, hint, error }: NotesProps) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined

/** The hint and the error below a field. */
const Notes = ({ id, hint, error }: NotesProps) => (
  <>
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
  </>
)

interface FieldProps extends Omit<ComponentProps<'input'>, 'label' | 'value' | 'name'> {
  name: string
  label: string
  hint?: ComponentChildren
  isOptional?: boolean
}

/** The label of the field with this id. */
function Label({ id, label, isOptional }: { id: string; label: string; isOptional: boolean | undefined }) {
  const texts = useTexts()
  return (
    <label for={id}>
      {label}
      {isOptional && <small> ({texts.optional})</small>}
    </label>
  )
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
  return (
    <div class="field">
      <Label id={id} label={label} isOptional={isOptional} />
      <div class="control">
        <input
          {...(rest as object)}
          ref={input}
          id={id}
          name={name}
          type={isShown ? 'text' : (type as 'text')}
          value={value as string}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy({ id, hint, error })}
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
      <Notes id={id} hint={hint} error={error} />
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
          aria-describedby={describedBy({ id, hint, error })}
          onInput={(event) => form.set({ [name]: event.currentTarget.value })}
        />
      </div>
      <Notes id={id} hint={hint} error={error} />
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
        aria-describedby={describedBy({ id, hint })}
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
      <Notes id={id} hint={hint} />
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
        aria-describedby={describedBy({ id, hint })}
        onChange={({ currentTarget: { checked } }) => {
          if (value === undefined) form.set({ [name]: checked })
          else form.set({ [name]: checked ? [...list, value] : list.filter((one) => one !== value) })
        }}
      />
      <label for={id}>{label}</label>
      <Notes id={id} hint={hint} />
    </div>
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
  const form = useContext(FormContext)
  const id = useId()
  const error = form?.errors[name]
  return (
    <div class="field">
      <Label id={id} label={label} isOptional={isOptional} />
      <input
        id={id}
        type="file"
        name={name}
        accept={accept}
        aria-describedby={describedBy({ id, error })}
        onChange={(event) => onChoose(event.currentTarget.files?.[0])}
      />
      <Notes id={id} error={error} />
    </div>
  )
}
