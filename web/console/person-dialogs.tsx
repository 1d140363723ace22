import type { components, User } from '@coffer/client'
import { Dialog } from '../components/dialog.js'
import { SelectField, TextArea } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import type { Permission } from '../session/scopes.js'
import { PermissionBoxes } from './parts.js'
import { useTexts } from './texts.js'

type AdminUser = components['schemas']['AdminUser']

interface NotesProps {
  user: AdminUser
  onClose(): void
  onSave(notes: Record<string, unknown>): Promise<void>
}

/** Changes what administrators keep about an account, as JSON. */
export function NotesDialog({ user, onClose, onSave }: NotesProps) {
  const texts = useTexts()
  const { person } = texts
  const form = useForm({ adminMetadata: JSON.stringify(user.adminMetadata, null, 2) }, { draft: `notes:${user.id}` })
  return (
    <Dialog title={person.notes} kind="wide" onClose={onClose}>
      <Form
        form={form}
        onSubmit={async ({ adminMetadata }) => {
          const notes = parseObject(adminMetadata)
          if (!notes) return form.fail('adminMetadata', person.invalidJson)
          await onSave(notes)
        }}
      >
        <TextArea
          name="adminMetadata"
          label={person.notes}
          hint={person.notesHint}
          rows={10}
          class="mono"
          spellcheck={false}
        />
        <FormActions onCancel={onClose}>{texts.save}</FormActions>
      </Form>
    </Dialog>
  )
}

/** Reads an object of JSON, and returns undefined for anything else. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}')
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

interface RightsProps {
  user: User
  onClose(): void
  onSave(changes: { role: 'user' | 'admin'; permissions: Permission[] }): Promise<void>
}

/** Changes the role and the permissions of an account. */
export function RightsDialog({ user, onClose, onSave }: RightsProps) {
  const texts = useTexts()
  const { person, roles } = texts
  const form = useForm(
    { role: user.role as string, permissions: [...user.permissions] as string[] },
    { draft: `rights:${user.id}` },
  )
  const { role, permissions } = form.values
  return (
    <Dialog title={person.rightsOf(user.name)} kind="wide" onClose={onClose}>
      <Form form={form} onSubmit={() => onSave({ role: role as 'user', permissions: permissions as Permission[] })}>
        <SelectField
          name="role"
          label={texts.people.role}
          options={[
            { value: 'user', label: roles.user as string },
            { value: 'admin', label: roles.admin as string },
          ]}
        />
        {role === 'admin' ? <p class="hint">{person.allRights}</p> : <PermissionBoxes />}
        <FormActions onCancel={onClose}>{texts.save}</FormActions>
      </Form>
    </Dialog>
  )
}
