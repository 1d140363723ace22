import type { User } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Dialog } from '../components/dialog.js'
import { Field } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import { Page, Section } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { useStepUp } from '../session/step-up.js'
import { settings } from '../settings.js'
import { saveAs } from './copy.js'
import { useTexts } from './texts.js'

/** The export and the deletion of the account. */
export function Data({ user }: { user: User }) {
  const { nav, data: texts } = useTexts()
  const coffer = useCoffer()
  const toasts = useToasts()
  const [isBusy, setBusy] = useState(false)
  const [isDeleting, setDeleting] = useState(false)
  async function save() {
    setBusy(true)
    try {
      const all = await coffer.exportAccount({}, { timeout: 0 })
      const name = `${settings.brand.name}-${new Date().toISOString().slice(0, 10)}.json`
      saveAs(name, JSON.stringify(all, null, 2), 'application/json')
      toasts.say(texts.exported)
    } catch (error) {
      toasts.fail(error)
    }
    setBusy(false)
  }
  return (
    <Page title={nav.data} lead={texts.lead}>
      <Section isBeside title={texts.export} lead={texts.exportLead}>
        <div class="actions">
          <Button icon="download" busy={isBusy} onClick={save}>
            {texts.exportAct}
          </Button>
        </div>
      </Section>
      <Section isBeside title={texts.delete} lead={texts.deleteLead}>
        <div class="actions">
          <Button kind="danger" icon="trash" onClick={() => setDeleting(true)}>
            {texts.deleteAct}
          </Button>
        </div>
      </Section>
      {isDeleting && <Delete user={user} onClose={() => setDeleting(false)} />}
    </Page>
  )
}

function Delete({ user, onClose }: { user: User; onClose(): void }) {
  const { data: texts } = useTexts()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const form = useForm({ email: '' })
  return (
    <Dialog title={texts.deleteTitle} onClose={onClose}>
      <p>{texts.deleteText(user.email)}</p>
      <Form
        form={form}
        onSubmit={async ({ email }) => {
          if (email.trim().toLowerCase() !== user.email) return form.fail('email', texts.deleteMismatch)
          await withStepUp(() => coffer.deleteAccount())
          toasts.say(texts.deleted)
        }}
      >
        <Field name="email" label={texts.deleteField} type="email" autoComplete="off" required />
        <FormActions onCancel={onClose} kind="danger">
          {texts.deleteAct}
        </FormActions>
      </Form>
    </Dialog>
  )
}
