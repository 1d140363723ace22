import { ApiError, type components } from '@coffer/client'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Dialog } from '../components/dialog.js'
import { Checkbox, Field } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import { Icon } from '../components/icon.js'
import { Empty, Failure } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { PERMISSIONS, type Permission } from '../session/scopes.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

export const Chip = ({
  kind = '',
  children,
}: {
  kind?: '' | 'good' | 'bad' | 'warn' | 'accent'
  children: ComponentChildren
}) => <span class={`chip ${kind}`}>{children}</span>

export function StatusChip({ status }: { status: string }) {
  const { status: names } = useTexts()
  return <Chip kind={status === 'active' ? 'good' : 'bad'}>{names[status] ?? status}</Chip>
}

export function RoleChip({ role }: { role: string }) {
  const { roles } = useTexts()
  return <Chip kind={role === 'admin' ? 'accent' : ''}>{roles[role] ?? role}</Chip>
}

/** A time as a distance, with the exact one as its title. */
export function Time({ at: time, never }: { at: string | null; never?: string }) {
  const format = useFormat()
  if (time === null) return <>{never ?? '–'}</>
  return (
    <time dateTime={time} title={format.dateTime(time)}>
      {format.relative(time)}
    </time>
  )
}

/** A text that a click copies. */
export function Copy({ text, label, children }: { text: string; label: string; children?: ComponentChildren }) {
  const texts = useTexts()
  const toasts = useToasts()
  return (
    <span class="copy">
      <code>{children ?? text}</code>
      <Button
        kind="quiet"
        icon="copy"
        aria-label={label}
        title={texts.copy}
        onClick={() => navigator.clipboard.writeText(text).then(() => toasts.say(texts.copied), toasts.fail)}
      />
    </span>
  )
}

/** The last characters of an id tell apart what was created in the same minute. */
const short = (id: string) => (id.length > 14 ? `${id.slice(0, 4)}…${id.slice(-6)}` : id)

/** An id as a link to what it names, if the person may see it. */
export function IdLink({ id, path, permission }: { id: string; path: string; permission: Permission }) {
  const may = useMay()
  const text = (
    <code title={id} class="nowrap">
      {short(id)}
    </code>
  )
  return may(permission) ? <a href={at(`/console/${path}/${encodeURIComponent(id)}`)}>{text}</a> : text
}

/** Shows a page, or else that the person lacks its permission. */
export function Guard({ permission, children }: { permission: Permission; children: ComponentChildren }) {
  const may = useMay()
  const texts = useTexts()
  if (may(permission)) return <>{children}</>
  return (
    <div class="page">
      <h1>{texts.noAccess.title}</h1>
      <Empty icon="lock" title={texts.noAccess.part}>
        <p>
          {texts.noAccess.needs} <code>{permission}</code>
        </p>
      </Empty>
    </div>
  )
}

/** Shows a secret that the server never tells again. */
export function SecretDialog({
  title,
  lead,
  secret,
  onClose,
}: {
  title: string
  lead: string
  secret: string
  onClose(): void
}) {
  const texts = useTexts()
  const toasts = useToasts()
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="once">
        <Icon name="warning" />
        <span>{texts.secret.once}</span>
      </p>
      <p class="lead">{lead}</p>
      <output class="secret">
        <code>{secret}</code>
      </output>
      <footer class="actions">
        <Button
          kind="primary"
          icon="copy"
          data-autofocus
          onClick={() => navigator.clipboard.writeText(secret).then(() => toasts.say(texts.copied), toasts.fail)}
        >
          {texts.secret.copy}
        </Button>
        <Button onClick={onClose}>{texts.secret.kept}</Button>
      </footer>
    </Dialog>
  )
}

interface TypedProps {
  title: string
  text: ComponentChildren
  /** The word that must be typed. */
  word: string
  action: string
  act(): Promise<unknown>
  onClose(): void
}

/** Asks for a word to be typed before something that can't be undone. */
export function TypedDialog({ title, text, word, action, act, onClose }: TypedProps) {
  const texts = useTexts()
  const form = useForm({ word: '' })
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="prose">{text}</div>
      <Form
        form={form}
        onSubmit={async (values) => {
          if (values.word.trim() !== word) return form.fail('word', texts.typed.wrong)
          await act()
          onClose()
        }}
      >
        <Field
          name="word"
          label={texts.typed.label(word)}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          required
        />
        <FormActions onCancel={onClose} kind="danger">
          {action}
        </FormActions>
      </Form>
    </Dialog>
  )
}

/** The boxes of a form's permissions. */
export function PermissionBoxes({ name = 'permissions', also = [] }: { name?: string; also?: readonly string[] }) {
  const { permissions: names, permissionsTitle, scopesTitle } = useTexts()
  const all = [...also, ...PERMISSIONS]
  return (
    <fieldset class="boxes codes">
      <legend>{also.length > 0 ? scopesTitle : permissionsTitle}</legend>
      {all.map((one) => (
        <Checkbox key={one} name={name} value={one} label={names[one] ?? one} hint={one} />
      ))}
    </fieldset>
  )
}

/** Permissions or scopes by their names in the contract. */
export function Rights({ names, none }: { names: readonly string[]; none: string }) {
  const { permissions } = useTexts()
  if (names.length === 0) return <span class="hint">{none}</span>
  return (
    <span class="chips">
      {names.map((one) => (
        <span key={one} class="chip" title={permissions[one]}>
          {one}
        </span>
      ))}
    </span>
  )
}

/** Shows if a file is public or private. */
export function Visibility({ asset }: { asset: components['schemas']['Asset'] }) {
  const { files } = useTexts()
  const isPrivate = asset.visibility === 'private'
  return <Chip kind={isPrivate ? 'warn' : ''}>{isPrivate ? files.private : files.public}</Chip>
}

/** An action of a list of them: what it does, and its button. */
export const ActionRow = ({ title, hint, children }: { title: string; hint: string; children: ComponentChildren }) => (
  <li class="row">
    <span class="grow">
      <b>{title}</b>
      <small>{hint}</small>
    </span>
    {children}
  </li>
)

/** An object of JSON. */
export const Json = ({ value, none }: { value: object; none: string }) =>
  Object.keys(value).length > 0 ? <pre>{JSON.stringify(value, null, 2)}</pre> : <p class="hint">{none}</p>

/** Guards changes by If-Match: `guard` runs one and resolves to true; if somebody was faster, it resolves to false, and `conflict` tells it. */
export function useConflict(reload: () => void) {
  const [isConflict, setConflict] = useState<ApiError>()
  return {
    async guard(act: () => Promise<unknown>): Promise<boolean> {
      try {
        await act()
        return true
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 412)) throw error
        setConflict(error)
        return false
      }
    },
    conflict: isConflict && (
      <Failure
        error={isConflict}
        onRetry={() => {
          setConflict(undefined)
          reload()
        }}
      />
    ),
  }
}
