import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { Button } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import { type Column, Pages, Table } from '../components/list.js'
import { type PagesState, usePages } from '../components/load.js'
import { Page } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { useStepUp } from '../session/step-up.js'
import { Chip, Guard, IdLink, Rights, Time } from './parts.js'
import { Filters, SearchFilter, useQuery } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type ApiKey = components['schemas']['ApiKey']

export const Keys = () => (
  <Guard permission="keys:read">
    <AllKeys />
  </Guard>
)

function AllKeys() {
  const texts = useTexts()
  const { query } = useQuery()
  const pages = useKeys(query.ownerId)
  return (
    <Page title={texts.nav.keys} lead={texts.keys.lead}>
      <Filters names={['ownerId']}>
        <SearchFilter name="ownerId" label={texts.keys.ownerId} />
      </Filters>
      <KeyTable pages={pages} none={texts.keys.none} hasOwner />
    </Page>
  )
}

/** The API keys of an account or of everybody. */
export function useKeys(ownerId?: string, version = 0) {
  const coffer = useCoffer()
  return usePages(
    (page, signal) => coffer.adminListApiKeys({ ...(ownerId && { ownerId }), ...page, limit: 50 }, { signal }),
    `${ownerId} ${version}`,
  )
}

export function KeysOf({ ownerId, none }: { ownerId: string; none: string }) {
  return <KeyTable pages={useKeys(ownerId)} none={none} />
}

export function KeyTable({
  pages,
  none,
  hasOwner = false,
}: {
  pages: PagesState<ApiKey>
  none: string
  hasOwner?: boolean
}) {
  const texts = useTexts()
  const coffer = useCoffer()
  const may = useMay()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { keys } = texts

  const revoke = (key: ApiKey) =>
    confirm({
      title: keys.revokeTitle(key.name),
      text: keys.revokeText,
      action: keys.revoke,
      isDangerous: true,
      async act() {
        await withStepUp(() => coffer.adminDeleteApiKey({ keyId: key.id }))
        pages.change((items) => items.filter(({ id }) => id !== key.id))
        toasts.say(keys.revoked)
      },
    })

  const columns: Column<ApiKey>[] = [
    {
      label: keys.key,
      isHeader: true,
      show: ({ name, prefix }) => (
        <span class="two-lines">
          <b>{name}</b>
          <code>{prefix}…</code>
        </span>
      ),
    },
    ...(hasOwner
      ? [
          {
            label: keys.owner,
            show: ({ ownerId }: ApiKey) => <IdLink id={ownerId} path="people" permission="users:read" />,
          },
        ]
      : []),
    { label: keys.scopes, show: ({ scopes }) => <Rights names={scopes} none="–" /> },
    {
      label: keys.networks,
      show: ({ allowedNetworks }) => (allowedNetworks.length > 0 ? allowedNetworks.join(', ') : keys.anyNetwork),
    },
    {
      label: keys.expires,
      show: ({ expiresAt }) =>
        expiresAt && new Date(expiresAt).getTime() < Date.now() ? (
          <Chip kind="bad">{keys.expired}</Chip>
        ) : (
          <Time at={expiresAt} never={texts.never} />
        ),
    },
    { label: keys.lastUsed, show: ({ lastUsedAt }) => <Time at={lastUsedAt} never={texts.never} /> },
    ...(may('keys:write')
      ? [
          {
            label: texts.action,
            show: (key: ApiKey) => (
              <Button kind="danger" aria-label={`${keys.revoke}: ${key.name}`} onClick={() => revoke(key)}>
                {keys.revoke}
              </Button>
            ),
          },
        ]
      : []),
  ]
  return (
    <Pages pages={pages} empty={{ icon: 'key', title: none }}>
      {(rows) => <Table caption={texts.nav.keys} columns={columns} rows={rows} />}
    </Pages>
  )
}
