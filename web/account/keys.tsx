import type { components, Output, User } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { Button } from '../components/button.js'
import { Dialog, useConfirm } from '../components/dialog.js'
import { Checkbox, Field, SelectField, TextArea } from '../components/fields.js'
import { Form, Submit, useForm } from '../components/form.js'
import { Icon } from '../components/icon.js'
import { useLoad } from '../components/load.js'
import { Menu } from '../components/menu.js'
import { Page } from '../components/shell.js'
import { Empty, Loaded } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { OWN_SCOPES, PERMISSIONS } from '../session/scopes.js'
import { useStepUp } from '../session/step-up.js'
import { useFormat } from '../texts/provider.js'
import { CopyButton } from './copy.js'
import { useTexts } from './texts.js'

type ApiKey = components['schemas']['ApiKey']

const DAYS = [30, 90, 365]
const DAY = 86_400_000

/** The user's own API keys. */
export function Keys({ user }: { user: User }) {
  const { nav, keys: texts } = useTexts()
  const coffer = useCoffer()
  const keys = useLoad(async (signal) => (await coffer.listApiKeys({}, { signal })).items)
  const [open, setOpen] = useState<{ kind: 'create' } | { kind: 'edit' | 'rotate'; key: ApiKey }>()
  const [issued, setIssued] = useState<{ title: string; secret: string }>()
  const close = () => setOpen(undefined)
  const onIssued = (title: string, { secret }: Output<'createApiKey'>) => {
    close()
    setIssued({ title, secret })
    keys.reload()
  }
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: 'create' })}>
      {texts.create}
    </Button>
  )
  return (
    <Page title={nav.keys} lead={texts.lead} actions={create}>
      <Loaded state={keys}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="key" title={texts.none}>
              <p>{texts.noneText}</p>
            </Empty>
          ) : (
            <ul class="rows">
              {items.map((key) => (
                <KeyRow
                  key={key.id}
                  apiKey={key}
                  onEdit={() => setOpen({ kind: 'edit', key })}
                  onRotate={() => setOpen({ kind: 'rotate', key })}
                  onChange={keys.reload}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {open?.kind === 'create' && (
        <EditKey user={user} onClose={close} onIssued={(answer) => onIssued(texts.secretTitle, answer)} />
      )}
      {open?.kind === 'edit' && (
        <EditKey
          user={user}
          apiKey={open.key}
          onClose={close}
          onSaved={() => {
            close()
            keys.reload()
          }}
        />
      )}
      {open?.kind === 'rotate' && (
        <Rotate apiKey={open.key} onClose={close} onIssued={(answer) => onIssued(texts.rotatedTitle, answer)} />
      )}
      {issued && <Secret {...issued} onClose={() => setIssued(undefined)} />}
    </Page>
  )
}

function KeyRow({
  apiKey,
  onEdit,
  onRotate,
  onChange,
}: {
  apiKey: ApiKey
  onEdit(): void
  onRotate(): void
  onChange(): void
}) {
  const all = useTexts()
  const { keys: texts } = all
  const format = useFormat()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const toasts = useToasts()
  const { name, expiresAt, lastUsedAt, allowedNetworks } = apiKey
  const isExpired = expiresAt !== null && new Date(expiresAt).getTime() < Date.now()
  async function revoke() {
    const isAgreed = await confirm({
      title: texts.revokeTitle(name),
      text: texts.revokeText,
      action: texts.revoke,
      isDangerous: true,
      act: () => coffer.deleteApiKey({ keyId: apiKey.id }),
    })
    if (!isAgreed) return
    toasts.say(texts.revoked(name))
    onChange()
  }
  return (
    <li class="row">
      <Icon name="key" />
      <div class="grow">
        <b>{name}</b>
        <small>
          <code>{apiKey.prefix}…</code>
          {' · '}
          {lastUsedAt ? texts.used(format.relative(lastUsedAt)) : texts.neverUsed}
          {expiresAt && !isExpired && ` · ${texts.expiresOn(format.date(expiresAt))}`}
        </small>
        <div class="chips">
          {isExpired && <span class="chip bad">{texts.expired}</span>}
          {apiKey.scopes.map((scope) => (
            <span key={scope} class="chip">
              {scope}
            </span>
          ))}
          {allowedNetworks.length > 0 && <span class="chip accent">{allowedNetworks.join(', ')}</span>}
        </div>
      </div>
      <Menu
        label={all.actions(name)}
        items={[
          { label: all.edit, icon: 'edit', act: onEdit },
          { label: texts.rotate, icon: 'refresh', act: onRotate },
          { label: texts.revoke, icon: 'trash', isDangerous: true, act: revoke },
        ]}
      />
    </li>
  )
}

function EditKey({
  user,
  apiKey,
  onClose,
  onIssued,
  onSaved,
}: {
  user: User
  apiKey?: ApiKey
  onClose(): void
  onIssued?(answer: Output<'createApiKey'>): void
  onSaved?(): void
}) {
  const all = useTexts()
  const { keys: texts } = all
  const format = useFormat()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const current = apiKey?.expiresAt ?? null
  const form = useForm(
    {
      name: apiKey?.name ?? '',
      scopes: [...(apiKey?.scopes ?? [])] as string[],
      expires: current ? 'keep' : 'never',
      networks: apiKey?.allowedNetworks.join('\n') ?? '',
    },
    { draft: `key-${apiKey?.id ?? 'new'}` },
  )
  const isOffered = (permission: string) => user.role === 'admin' || user.permissions.includes(permission)
  const offered: string[] = [...OWN_SCOPES, ...PERMISSIONS.filter(isOffered)]
  const scopes = [...offered, ...(apiKey?.scopes ?? []).filter((scope) => !offered.includes(scope))]

  async function submit({ name, scopes, expires, networks }: typeof form.values) {
    if (scopes.length === 0) return form.fail('scopes', texts.noScope)
    const allowedNetworks = networks.split(/[\s,]+/).filter(Boolean)
    const expiresAt = ['keep', 'never'].includes(expires)
      ? undefined
      : new Date(Date.now() + Number(expires) * DAY).toISOString()
    if (!apiKey) {
      const input = { name, scopes, allowedNetworks, ...(expiresAt && { expiresAt }) }
      onIssued?.(await withStepUp(() => coffer.createApiKey(input)))
      return
    }
    const expiry = expires === 'never' ? { expiresAt: null } : expiresAt ? { expiresAt } : {}
    await withStepUp(() => coffer.updateApiKey({ keyId: apiKey.id, name, scopes, allowedNetworks, ...expiry }))
    toasts.say(texts.updated)
    onSaved?.()
  }
  return (
    <Dialog title={apiKey ? apiKey.name : texts.create} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <Field name="name" label={texts.name} hint={texts.nameHint} maxLength={100} autoComplete="off" required />
        <fieldset>
          <legend>{texts.scopes}</legend>
          {scopes.map((scope) => (
            <Checkbox
              key={scope}
              name="scopes"
              value={scope}
              label={texts.scopeNames[scope] ?? texts.administration(scope)}
            />
          ))}
          {form.errors.scopes && <small class="error">{form.errors.scopes}</small>}
        </fieldset>
        <SelectField
          name="expires"
          label={texts.expires}
          options={[
            ...(current ? [{ value: 'keep', label: texts.keep(format.date(current)) }] : []),
            { value: 'never', label: texts.never },
            ...DAYS.map((days) => ({ value: `${days}`, label: texts.inDays(days) })),
          ]}
        />
        <TextArea name="networks" label={texts.networks} hint={texts.networksHint} rows={3} spellcheck={false} />
        <Submit>{apiKey ? all.save : texts.create}</Submit>
      </Form>
    </Dialog>
  )
}

function Rotate({
  apiKey,
  onClose,
  onIssued,
}: {
  apiKey: ApiKey
  onClose(): void
  onIssued(answer: Output<'rotateApiKey'>): void
}) {
  const { keys: texts } = useTexts()
  const coffer = useCoffer()
  const withStepUp = useStepUp()
  const form = useForm({ overlap: '0s' })
  return (
    <Dialog title={texts.rotateTitle(apiKey.name)} onClose={onClose}>
      <p>{texts.rotateText}</p>
      <Form
        form={form}
        onSubmit={async ({ overlap }) =>
          onIssued(await withStepUp(() => coffer.rotateApiKey({ keyId: apiKey.id, overlap })))
        }
      >
        <SelectField
          name="overlap"
          label={texts.overlap}
          options={Object.entries(texts.overlaps).map(([value, label]) => ({ value, label }))}
        />
        <Submit>{texts.rotate}</Submit>
      </Form>
    </Dialog>
  )
}

/** The secret of a key, which is shown once. */
function Secret({ title, secret, onClose }: { title: string; secret: string; onClose(): void }) {
  const all = useTexts()
  const { keys: texts } = all
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{texts.secretText}</p>
      <div class="secret">
        <span>{texts.secret}</span>
        <code>{secret}</code>
        <CopyButton text={secret} />
      </div>
      <div class="actions">
        <Button kind="primary" onClick={onClose}>
          {all.done}
        </Button>
      </div>
    </Dialog>
  )
}
