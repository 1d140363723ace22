import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { Dialog, useConfirm } from '../components/dialog.js'
import { Field, TextArea } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import { type Column, Pages, Table } from '../components/list.js'
import { useLoad, usePages } from '../components/load.js'
import { Page, Section } from '../components/shell.js'
import { Failure, Loading } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { OWN_SCOPES, type Permission } from '../session/scopes.js'
import { useStepUp } from '../session/step-up.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { KeyTable, useKeys } from './keys.js'
import { Copy, Guard, PermissionBoxes, Rights, SecretDialog, StatusChip, Time, TypedDialog } from './parts.js'
import { useDialog } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type Account = components['schemas']['ServiceAccount']

export const ServiceAccounts = () => (
  <Guard permission="keys:read">
    <AccountList />
  </Guard>
)

function AccountList() {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const { route } = useLocation()
  const { dialog, open, close } = useDialog()
  const pages = usePages((page, signal) => coffer.adminListServiceAccounts({ ...page, limit: 50 }, { signal }))
  const { services } = texts
  const pathOf = (account: Account) => at(`/console/service-accounts/${account.id}`)
  const columns: Column<Account>[] = [
    { label: texts.name, isHeader: true, show: (account) => <a href={pathOf(account)}>{account.name}</a> },
    { label: texts.people.status, show: ({ status }) => <StatusChip status={status} /> },
    { label: texts.people.permissions, show: ({ permissions }) => <Rights names={permissions} none="–" /> },
    { label: texts.nav.keys, isNumber: true, show: ({ keyCount }) => format.number(keyCount) },
    { label: texts.created, show: ({ createdAt }) => <Time at={createdAt} /> },
  ]
  const create = may('keys:write') && (
    <Button kind="primary" icon="plus" onClick={() => open('new')}>
      {services.create}
    </Button>
  )
  return (
    <Page title={texts.nav.services} lead={services.lead} actions={create}>
      <Pages pages={pages} empty={{ icon: 'box', title: services.none, children: <p>{services.noneText}</p> }}>
        {(accounts) => (
          <Table caption={texts.nav.services} columns={columns} rows={accounts} onOpen={(one) => route(pathOf(one))} />
        )}
      </Pages>
      {dialog === 'new' && may('keys:write') && (
        <AccountDialog
          title={services.create}
          draft="service-account"
          onClose={close}
          onSave={async (input) => {
            const account = await coffer.adminCreateServiceAccount(input)
            route(pathOf(account))
          }}
        />
      )}
    </Page>
  )
}

interface AccountDialogProps {
  title: string
  account?: Account
  draft: string
  onClose(): void
  onSave(input: { name: string; permissions: Permission[] }): Promise<void>
}

function AccountDialog({ title, account, draft, onClose, onSave }: AccountDialogProps) {
  const texts = useTexts()
  const withStepUp = useStepUp()
  const form = useForm({ name: account?.name ?? '', permissions: (account?.permissions ?? []) as string[] }, { draft })
  return (
    <Dialog title={title} kind="wide" onClose={onClose}>
      <Form
        form={form}
        onSubmit={({ name, permissions }) =>
          withStepUp(() => onSave({ name: name.trim(), permissions: permissions as Permission[] }))
        }
      >
        <Field name="name" label={texts.name} maxLength={100} autoComplete="off" required />
        <PermissionBoxes />
        <FormActions onCancel={onClose}>{texts.save}</FormActions>
      </Form>
    </Dialog>
  )
}

export const ServiceAccount = ({ id }: { id: string }) => (
  <Guard permission="keys:read">
    <AccountPage key={id} id={id} />
  </Guard>
)

function AccountPage({ id }: { id: string }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const state = useLoad((signal) => coffer.adminGetServiceAccount({ accountId: id }, { signal }), id)
  if (state.value) return <AccountDetails account={state.value} onChange={state.set} />
  return (
    <Page title={texts.nav.services}>
      {state.error === undefined ? <Loading lines={6} /> : <Failure error={state.error} onRetry={state.reload} />}
    </Page>
  )
}

function AccountDetails({ account, onChange }: { account: Account; onChange(account: Account): void }) {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { route } = useLocation()
  const { dialog, open, close } = useDialog()
  const [secret, setSecret] = useState<string>()
  const [version, setVersion] = useState(0)
  const keys = useKeys(account.id, version)
  const { services } = texts
  const accountId = account.id
  const isSuspended = account.status === 'suspended'
  const mayWrite = may('keys:write')

  const changeStatus = () =>
    confirm({
      title: isSuspended ? texts.person.reactivate : texts.person.suspend,
      text: isSuspended ? services.reactivateText : services.suspendText,
      action: isSuspended ? texts.person.reactivate : texts.person.suspend,
      isDangerous: !isSuspended,
      async act() {
        const status = isSuspended ? 'active' : 'suspended'
        onChange(await withStepUp(() => coffer.adminUpdateServiceAccount({ accountId, status })))
        toasts.say(texts.saved)
      },
    })
  return (
    <Page
      title={account.name}
      lead={services.one}
      parent={{ href: at('/console/service-accounts'), label: texts.nav.services }}
      actions={
        mayWrite && (
          <>
            <Button icon="edit" onClick={() => open('edit')}>
              {texts.edit}
            </Button>
            <Button kind={isSuspended ? 'plain' : 'danger'} onClick={changeStatus}>
              {isSuspended ? texts.person.reactivate : texts.person.suspend}
            </Button>
            <Button kind="danger" icon="trash" onClick={() => open('delete')}>
              {texts.delete}
            </Button>
          </>
        )
      }
    >
      <dl class="facts card">
        <dt>{texts.people.status}</dt>
        <dd>
          <StatusChip status={account.status} />
        </dd>
        <dt>{texts.people.permissions}</dt>
        <dd>
          <Rights names={account.permissions} none={texts.person.noRights} />
        </dd>
        <dt>{texts.created}</dt>
        <dd>{format.dateTime(account.createdAt)}</dd>
        <dt>{texts.id}</dt>
        <dd>
          <Copy text={account.id} label={texts.copyId} />
        </dd>
      </dl>
      <Section
        title={texts.nav.keys}
        lead={services.keysLead}
        actions={
          mayWrite && (
            <Button kind="primary" icon="plus" onClick={() => open('key')}>
              {services.createKey}
            </Button>
          )
        }
      >
        <KeyTable pages={keys} none={services.noKeys} />
      </Section>

      {dialog === 'edit' && mayWrite && (
        <AccountDialog
          title={texts.edit}
          account={account}
          draft={`service-account:${accountId}`}
          onClose={close}
          onSave={async (input) => {
            onChange(await coffer.adminUpdateServiceAccount({ accountId, ...input }))
            close()
            toasts.say(texts.saved)
          }}
        />
      )}
      {dialog === 'key' && mayWrite && (
        <KeyDialog
          accountId={accountId}
          onClose={close}
          onCreated={(created) => {
            setSecret(created)
            setVersion((before) => before + 1)
            close()
          }}
        />
      )}
      {dialog === 'delete' && mayWrite && (
        <TypedDialog
          title={services.delete}
          text={services.deleteText}
          word={account.name}
          action={services.delete}
          onClose={close}
          act={async () => {
            await withStepUp(() => coffer.adminDeleteServiceAccount({ accountId }))
            toasts.say(services.deleted)
            route(at('/console/service-accounts'))
          }}
        />
      )}
      {secret && (
        <SecretDialog
          title={services.keyCreated}
          lead={services.keyCreatedText}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Page>
  )
}

interface KeyDialogProps {
  accountId: string
  onClose(): void
  onCreated(secret: string): void
}

function KeyDialog({ accountId, onClose, onCreated }: KeyDialogProps) {
  const texts = useTexts()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const form = useForm(
    { name: '', scopes: [] as string[], expiresAt: '', allowedNetworks: '' },
    { draft: `service-key:${accountId}` },
  )
  const { services, keys } = texts
  async function create({ name, scopes, expiresAt, allowedNetworks }: typeof form.values) {
    if (scopes.length === 0) return form.fail('scopes', texts.invalid.required)
    const networks = allowedNetworks.split(/[\s,]+/).filter(Boolean)
    const { secret } = await withStepUp(() =>
      coffer.adminCreateServiceAccountKey({
        accountId,
        name: name.trim(),
        scopes,
        ...(expiresAt && { expiresAt: new Date(expiresAt).toISOString() }),
        ...(networks.length > 0 && { allowedNetworks: networks }),
      }),
    )
    onCreated(secret)
  }
  return (
    <Dialog title={services.createKey} kind="wide" onClose={onClose}>
      <Form form={form} onSubmit={create}>
        <Field name="name" label={texts.name} maxLength={100} autoComplete="off" required />
        <PermissionBoxes name="scopes" also={OWN_SCOPES} />
        {form.errors.scopes && (
          <p class="error" role="alert">
            {form.errors.scopes}
          </p>
        )}
        <Field name="expiresAt" label={keys.expires} type="datetime-local" hint={services.expiresHint} isOptional />
        <TextArea name="allowedNetworks" label={keys.networks} hint={services.networksHint} rows={2} />
        <FormActions onCancel={onClose}>{services.createKey}</FormActions>
      </Form>
    </Dialog>
  )
}
