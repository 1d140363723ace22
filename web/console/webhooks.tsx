import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { type Column, Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Page } from '../components/shell.js'
import { at } from '../settings.js'
import { Guard, SecretDialog, Time } from './parts.js'
import { useDialog } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'
import { EnabledChip, Events, type Webhook, WebhookDialog } from './webhook-parts.js'

export const Webhooks = () => (
  <Guard permission="webhooks:read">
    <WebhookList />
  </Guard>
)

function WebhookList() {
  const texts = useTexts()
  const coffer = useCoffer()
  const may = useMay()
  const { route } = useLocation()
  const { dialog, open, close } = useDialog()
  const [issued, setIssued] = useState<{ secret: string; path: string }>()
  const pages = usePages((page, signal) => coffer.adminListWebhooks({ ...page, limit: 50 }, { signal }))
  const { webhooks } = texts
  const pathOf = ({ id }: Webhook) => at(`/console/webhooks/${id}`)
  const columns: Column<Webhook>[] = [
    {
      label: webhooks.webhook,
      isHeader: true,
      show: (webhook) => (
        <span class="two-lines">
          <a href={pathOf(webhook)}>{webhook.description || new URL(webhook.url).host}</a>
          <small class="mono">{webhook.url}</small>
        </span>
      ),
    },
    { label: webhooks.state, show: (webhook) => <EnabledChip webhook={webhook} /> },
    { label: webhooks.events, show: ({ events }) => <Events events={events} /> },
    { label: texts.created, show: ({ createdAt }) => <Time at={createdAt} /> },
  ]
  return (
    <Page
      title={texts.nav.webhooks}
      lead={webhooks.lead}
      actions={
        may('webhooks:write') && (
          <Button kind="primary" icon="plus" onClick={() => open('new')}>
            {webhooks.create}
          </Button>
        )
      }
    >
      <Pages pages={pages} empty={{ icon: 'hook', title: webhooks.none, children: <p>{webhooks.noneText}</p> }}>
        {(rows) => (
          <Table caption={texts.nav.webhooks} columns={columns} rows={rows} onOpen={(one) => route(pathOf(one))} />
        )}
      </Pages>
      {dialog === 'new' && may('webhooks:write') && (
        <WebhookDialog
          title={webhooks.create}
          draft="webhook"
          onClose={close}
          onSave={async (input) => {
            const { webhook, secret } = await coffer.adminCreateWebhook(input)
            setIssued({ secret, path: pathOf(webhook) })
            close()
          }}
        />
      )}
      {issued && (
        <SecretDialog
          title={webhooks.created}
          lead={webhooks.secretText}
          secret={issued.secret}
          onClose={() => route(issued.path)}
        />
      )}
    </Page>
  )
}
