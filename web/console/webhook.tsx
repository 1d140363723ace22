import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import { useLoad, usePages } from '../components/load.js'
import { Page, Section } from '../components/shell.js'
import { Failure, Loading } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { useStepUp } from '../session/step-up.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { Deliveries } from './deliveries.js'
import { ActionRow, Copy, Guard, SecretDialog, Time } from './parts.js'
import { useDialog, useQuery } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'
import { EnabledChip, Events, type Webhook, WebhookDialog } from './webhook-parts.js'

export const WebhookPage = ({ id }: { id: string }) => (
  <Guard permission="webhooks:read">
    <OneWebhook key={id} id={id} />
  </Guard>
)

function OneWebhook({ id }: { id: string }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const state = useLoad((signal) => coffer.adminGetWebhook({ webhookId: id }, { signal }), id)
  if (state.value) return <WebhookDetails webhook={state.value} onChange={state.set} />
  return (
    <Page title={texts.webhooks.webhook}>
      {state.error === undefined ? <Loading lines={6} /> : <Failure error={state.error} onRetry={state.reload} />}
    </Page>
  )
}

function WebhookDetails({ webhook, onChange }: { webhook: Webhook; onChange(webhook: Webhook): void }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const may = useMay()
  const toasts = useToasts()
  const { query } = useQuery()
  const { dialog, open, close } = useDialog()
  const { webhooks } = texts
  const webhookId = webhook.id
  const mayWrite = may('webhooks:write')
  const { state } = query
  const deliveries = usePages(
    (page, signal) =>
      coffer.adminListDeliveries({ webhookId, ...(state && { state }), ...page, limit: 50 }, { signal }),
    state,
  )
  const test = () =>
    coffer.adminTestWebhook({ webhookId }).then(() => {
      toasts.say(webhooks.tested)
      deliveries.reload()
    }, toasts.fail)
  return (
    <Page
      title={webhook.description || new URL(webhook.url).host}
      parent={{ href: at('/console/webhooks'), label: texts.nav.webhooks }}
      actions={
        mayWrite && (
          <>
            <Button icon="hook" onClick={test}>
              {webhooks.test}
            </Button>
            <Button icon="edit" onClick={() => open('edit')}>
              {texts.edit}
            </Button>
          </>
        )
      }
    >
      <Facts webhook={webhook} />
      <Deliveries webhookId={webhookId} deliveries={deliveries} mayWrite={mayWrite} />
      {mayWrite && <Danger webhook={webhook} onChange={onChange} />}
      {dialog === 'edit' && mayWrite && (
        <WebhookDialog
          title={texts.edit}
          webhook={webhook}
          draft={`webhook:${webhookId}`}
          onClose={close}
          onSave={async (input) => {
            onChange(await coffer.adminUpdateWebhook({ webhookId, ...input }))
            close()
            toasts.say(texts.saved)
          }}
        />
      )}
    </Page>
  )
}

function Facts({ webhook }: { webhook: Webhook }) {
  const texts = useTexts()
  const format = useFormat()
  const { webhooks } = texts
  return (
    <dl class="facts card">
      <dt>{webhooks.url}</dt>
      <dd class="mono">{webhook.url}</dd>
      <dt>{webhooks.state}</dt>
      <dd>
        <EnabledChip webhook={webhook} />
      </dd>
      <dt>{webhooks.events}</dt>
      <dd>
        <Events events={webhook.events} />
      </dd>
      <dt>{texts.created}</dt>
      <dd>{format.dateTime(webhook.createdAt)}</dd>
      <dt>{texts.person.changed}</dt>
      <dd>
        <Time at={webhook.updatedAt} />
      </dd>
      <dt>{texts.id}</dt>
      <dd>
        <Copy text={webhook.id} label={texts.copyId} />
      </dd>
    </dl>
  )
}

/** Actions that enable, disable or delete the webhook, or replace its secret. */
function Danger({ webhook, onChange }: { webhook: Webhook; onChange(webhook: Webhook): void }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { route } = useLocation()
  const [secret, setSecret] = useState<string>()
  const { webhooks } = texts
  const webhookId = webhook.id
  const enable = (enabled: boolean) =>
    coffer.adminUpdateWebhook({ webhookId, enabled }).then((changed) => {
      onChange(changed)
      toasts.say(texts.saved)
    })
  const disable = () =>
    confirm({
      title: webhooks.disable,
      text: webhooks.disableText,
      action: webhooks.disable,
      isDangerous: true,
      act: () => enable(false),
    })
  const rotate = () =>
    confirm({
      title: webhooks.rotate,
      text: webhooks.rotateText,
      action: webhooks.rotate,
      async act() {
        const rotated = await withStepUp(() => coffer.adminRotateWebhookSecret({ webhookId }))
        setSecret(rotated.secret)
      },
    })
  const remove = () =>
    confirm({
      title: webhooks.delete,
      text: webhooks.deleteText,
      action: texts.delete,
      isDangerous: true,
      async act() {
        await withStepUp(() => coffer.adminDeleteWebhook({ webhookId }))
        toasts.say(webhooks.deleted)
        route(at('/console/webhooks'))
      },
    })
  return (
    <>
      <Section title={texts.person.danger}>
        <ul class="rows">
          {webhook.enabled ? (
            <ActionRow title={webhooks.disable} hint={webhooks.disableText}>
              <Button onClick={disable}>{webhooks.disable}</Button>
            </ActionRow>
          ) : (
            <ActionRow title={webhooks.enable} hint={webhooks.enableText}>
              <Button onClick={() => enable(true).catch(toasts.fail)}>{webhooks.enable}</Button>
            </ActionRow>
          )}
          <ActionRow title={webhooks.rotate} hint={webhooks.rotateText}>
            <Button onClick={rotate}>{webhooks.rotate}</Button>
          </ActionRow>
          <ActionRow title={webhooks.delete} hint={webhooks.deleteText}>
            <Button kind="danger" icon="trash" onClick={remove}>
              {texts.delete}
            </Button>
          </ActionRow>
        </ul>
      </Section>
      {secret && (
        <SecretDialog
          title={webhooks.rotated}
          lead={webhooks.rotatedText}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </>
  )
}
