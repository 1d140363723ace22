import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { Button } from '../components/button.js'
import { Dialog, useConfirm } from '../components/dialog.js'
import { Field, SelectField } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import { type Column, Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Page } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import type { Permission } from '../session/scopes.js'
import { useStepUp } from '../session/step-up.js'
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../texts/language.js'
import { Chip, Guard, IdLink, PermissionBoxes, RoleChip, Time } from './parts.js'
import { Filter, Filters, useDialog, useQuery } from './query.js'
import { isAdmin, useMay, useViewer } from './rights.js'
import { useTexts } from './texts.js'

type Invitation = components['schemas']['Invitation']

const STATES = ['pending', 'accepted', 'expired', 'withdrawn'] as const
const KINDS: Record<string, 'good' | 'warn'> = { accepted: 'good', pending: 'warn' }

export const Invitations = () => (
  <Guard permission="users:read">
    <InvitationList />
  </Guard>
)

function InvitationList() {
  const texts = useTexts()
  const coffer = useCoffer()
  const may = useMay()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { query } = useQuery()
  const { dialog, open, close } = useDialog()
  const state = STATES.find((one) => one === query.state)
  const pages = usePages(
    (page, signal) => coffer.adminListInvitations({ ...(state && { state }), ...page, limit: 50 }, { signal }),
    state,
  )
  const { invitations, mailStates } = texts
  const mayWrite = may('users:write')

  const resend = ({ id }: Invitation) =>
    withStepUp(() => coffer.adminResendInvitation({ invitationId: id })).then(() => {
      toasts.say(invitations.resent)
      pages.reload()
    }, toasts.fail)
  const withdraw = ({ id, email }: Invitation) =>
    confirm({
      title: invitations.withdrawTitle(email),
      text: invitations.withdrawText,
      action: invitations.withdraw,
      isDangerous: true,
      async act() {
        await withStepUp(() => coffer.adminDeleteInvitation({ invitationId: id }))
        toasts.say(invitations.withdrawn)
        pages.reload()
      },
    })

  const columns: Column<Invitation>[] = [
    {
      label: invitations.person,
      isHeader: true,
      show: ({ email, name, userId }) => (
        <span class="two-lines">
          <b>{email}</b>
          {name && <small>{name}</small>}
          {userId && (
            <small>
              {invitations.account} <IdLink id={userId} path="people" permission="users:read" />
            </small>
          )}
        </span>
      ),
    },
    {
      label: invitations.state,
      show: ({ state: one }) => <Chip kind={KINDS[one] ?? ''}>{invitations.states[one] ?? one}</Chip>,
    },
    {
      label: invitations.mail,
      show: ({ mailState, mailError }) => (
        <span class="two-lines">
          <span>{mailState ? (mailStates[mailState] ?? mailState) : '–'}</span>
          {mailError && <small class="mono">{mailError}</small>}
        </span>
      ),
    },
    { label: texts.people.role, show: ({ role }) => <RoleChip role={role} /> },
    { label: texts.created, show: ({ createdAt }) => <Time at={createdAt} /> },
    { label: texts.keys.expires, show: ({ expiresAt }) => <Time at={expiresAt} /> },
    ...(mayWrite
      ? [
          {
            label: texts.action,
            show: (invitation: Invitation) => (
              <span class="actions">
                {['pending', 'expired'].includes(invitation.state) && (
                  <Button aria-label={`${invitations.resend}: ${invitation.email}`} onClick={() => resend(invitation)}>
                    {invitations.resend}
                  </Button>
                )}
                {invitation.state === 'pending' && (
                  <Button
                    kind="danger"
                    aria-label={`${invitations.withdraw}: ${invitation.email}`}
                    onClick={() => withdraw(invitation)}
                  >
                    {invitations.withdraw}
                  </Button>
                )}
              </span>
            ),
          },
        ]
      : []),
  ]
  return (
    <Page
      title={texts.nav.invitations}
      lead={invitations.lead}
      actions={
        mayWrite && (
          <Button kind="primary" icon="plus" onClick={() => open('new')}>
            {invitations.create}
          </Button>
        )
      }
    >
      <Filters names={['state']}>
        <Filter
          name="state"
          label={invitations.state}
          options={[
            { value: '', label: texts.filters.any },
            ...STATES.map((value) => ({ value, label: invitations.states[value] as string })),
          ]}
        />
      </Filters>
      <Pages pages={pages} empty={{ icon: 'invite', title: invitations.none }}>
        {(rows) => <Table caption={texts.nav.invitations} columns={columns} rows={rows} />}
      </Pages>
      {dialog === 'new' && mayWrite && (
        <InvitationDialog
          onClose={close}
          onCreated={() => {
            close()
            toasts.say(invitations.sent)
            pages.reload()
          }}
        />
      )}
    </Page>
  )
}

function InvitationDialog({ onClose, onCreated }: { onClose(): void; onCreated(): void }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const viewer = useViewer()
  const withStepUp = useStepUp()
  const form = useForm(
    { email: '', name: '', locale: '', role: 'user', permissions: [] as string[] },
    { draft: 'invitation' },
  )
  const { invitations } = texts
  async function invite({ email, name, locale, role, permissions }: typeof form.values) {
    const rights = role === 'admin' ? { role: 'admin' as const } : { permissions: permissions as Permission[] }
    await withStepUp(() =>
      coffer.adminCreateInvitation({
        email: email.trim(),
        ...(name.trim() && { name: name.trim() }),
        ...(locale && { locale: locale as Language }),
        ...(isAdmin(viewer) && rights),
      }),
    )
    onCreated()
  }
  return (
    <Dialog title={invitations.create} kind="wide" onClose={onClose}>
      <Form form={form} onSubmit={invite}>
        <Field name="email" label={texts.signInPage.email} type="email" autoComplete="off" required />
        <Field
          name="name"
          label={texts.name}
          hint={invitations.nameHint}
          maxLength={100}
          autoComplete="off"
          isOptional
        />
        <SelectField
          name="locale"
          label={texts.language}
          options={[
            { value: '', label: invitations.ownLanguage },
            ...LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] })),
          ]}
        />
        {isAdmin(viewer) && (
          <>
            <SelectField
              name="role"
              label={texts.people.role}
              options={[
                { value: 'user', label: texts.roles.user as string },
                { value: 'admin', label: texts.roles.admin as string },
              ]}
            />
            {form.values.role === 'admin' ? <p class="hint">{texts.person.allRights}</p> : <PermissionBoxes />}
          </>
        )}
        <FormActions onCancel={onClose}>{invitations.send}</FormActions>
      </Form>
    </Dialog>
  )
}
