import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Button } from '../components/button.js'
import { Dialog, useConfirm } from '../components/dialog.js'
import { Checkbox, Field, Form, FormActions, useForm } from '../components/form.js'
import { type Column, Pages, Table } from '../components/list.js'
import { useLoad, usePages } from '../components/load.js'
import { Page, Section } from '../components/shell.js'
import { Failure, Loading } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { useStepUp } from '../session/step-up.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { Chip, Copy, Guard, SecretDialog, Time } from './parts.js'
import { Filter, Filters, useDialog, useQuery } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type Webhook = components['schemas']['Webhook']
type Delivery = components['schemas']['WebhookDelivery']

/** The types of events, in the order of the contract. */
const EVENTS = [
  'user.created',
  'user.updated',
  'user.deleted',
  'user.suspended',
  'user.reactivated',
  'session.created',
  'session.ended',
  'asset.created',
  'asset.updated',
  'asset.deleted',
  'webhook.test',
]

export const Webhooks = () => (
  <Guard permission="webhooks:read">
    <WebhookList />
  </Guard>
)

function EnabledChip({ webhook: { enabled, disabledReason } }: { webhook: Webhook }) {
  const { webhooks } = useTexts()
  if (enabled) return <Chip kind="good">{webhooks.enabled}</Chip>
  return <Chip kind="bad">{webhooks.reasons[disabledReason ?? ''] ?? webhooks.disabled}</Chip>
}

const Events = ({ events }: { events: readonly string[] }) => {
  const { webhooks } = useTexts()
  if (events.includes('*')) return <Chip kind="accent">{webhooks.allEvents}</Chip>
  return (
    <span class="chips">
      {events.map((event) => (
        <Chip key={event}>{event}</Chip>
      ))}
    </span>
  )
}

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

interface WebhookDialogProps {
  title: string
  webhook?: Webhook
  draft: string
  onClose(): void
  onSave(input: { url: string; events: string[]; description: string }): Promise<void>
}

function WebhookDialog({ title, webhook, draft, onClose, onSave }: WebhookDialogProps) {
  const texts = useTexts()
  const withStepUp = useStepUp()
  const { webhooks } = texts
  const events = (webhook?.events ?? ['*']) as readonly string[]
  const form = useForm(
    {
      url: webhook?.url ?? '',
      description: webhook?.description ?? '',
      isAll: events.includes('*'),
      events: events.filter((event) => event !== '*'),
    },
    { draft },
  )
  function save({ url, description, isAll, events: some }: typeof form.values) {
    if (!isAll && some.length === 0) return Promise.resolve(form.fail('events', webhooks.chooseEvents))
    const input = { url: url.trim(), description: description.trim(), events: isAll ? ['*'] : some }
    return withStepUp(() => onSave(input))
  }
  return (
    <Dialog title={title} kind="wide" onClose={onClose}>
      <Form form={form} onSubmit={save}>
        <Field
          name="url"
          label={webhooks.url}
          hint={webhooks.urlHint}
          type="url"
          placeholder="https://example.com/coffer"
          autoComplete="off"
          required
        />
        <Field name="description" label={webhooks.description} maxLength={200} autoComplete="off" isOptional />
        <fieldset class="boxes">
          <legend>{webhooks.events}</legend>
          <Checkbox name="isAll" label={webhooks.allEvents} hint={webhooks.allEventsHint} />
          {!form.values.isAll &&
            EVENTS.map((event) => <Checkbox key={event} name="events" value={event} label={event} />)}
        </fieldset>
        {form.errors.events && (
          <p class="error" role="alert">
            {form.errors.events}
          </p>
        )}
        <FormActions onCancel={onClose}>{texts.save}</FormActions>
      </Form>
    </Dialog>
  )
}

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
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const confirm = useConfirm()
  const withStepUp = useStepUp()
  const toasts = useToasts()
  const { route } = useLocation()
  const { query } = useQuery()
  const { dialog, open, close } = useDialog()
  const [secret, setSecret] = useState<string>()
  const { webhooks } = texts
  const webhookId = webhook.id
  const mayWrite = may('webhooks:write')
  const { state } = query
  const deliveries = usePages(
    (page, signal) =>
      coffer.adminListDeliveries({ webhookId, ...(state && { state }), ...page, limit: 50 }, { signal }),
    state,
  )

  const enable = (enabled: boolean) =>
    coffer.adminUpdateWebhook({ webhookId, enabled }).then((changed) => {
      onChange(changed)
      toasts.say(texts.saved)
    })
  const test = () =>
    coffer.adminTestWebhook({ webhookId }).then(() => {
      toasts.say(webhooks.tested)
      deliveries.reload()
    }, toasts.fail)
  const redeliver = (delivery: Delivery) =>
    coffer.adminRedeliver({ webhookId, deliveryId: delivery.id }).then(() => {
      toasts.say(webhooks.redelivered)
      deliveries.reload()
    }, toasts.fail)

  const columns: Column<Delivery>[] = [
    {
      label: webhooks.event,
      isHeader: true,
      show: ({ event, id }) => (
        <span class="two-lines">
          <b>{event}</b>
          <small class="mono nowrap" title={id}>
            {`${id.slice(0, 14)}…`}
          </small>
        </span>
      ),
    },
    { label: webhooks.state, show: (delivery) => <DeliveryState delivery={delivery} /> },
    { label: webhooks.attempts, isNumber: true, show: ({ attempts }) => format.number(attempts) },
    {
      label: webhooks.answer,
      show: ({ lastStatus, lastError }) => (
        <span class="two-lines">
          <span>{lastStatus ?? '–'}</span>
          {lastError && <small>{lastError}</small>}
        </span>
      ),
    },
    { label: texts.created, show: ({ createdAt }) => <Time at={createdAt} /> },
    { label: webhooks.next, show: ({ nextAttemptAt }) => <Time at={nextAttemptAt} /> },
    ...(mayWrite
      ? [
          {
            label: texts.action,
            show: (delivery: Delivery) => (
              <Button aria-label={`${webhooks.redeliver}: ${delivery.event}`} onClick={() => redeliver(delivery)}>
                {webhooks.redeliver}
              </Button>
            ),
          },
        ]
      : []),
  ]
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

      <Section
        title={webhooks.deliveries}
        lead={webhooks.deliveriesLead}
        actions={
          <Button kind="quiet" icon="refresh" busy={deliveries.isLoading} onClick={deliveries.reload}>
            {texts.health.reload}
          </Button>
        }
      >
        <Filters names={['state']}>
          <Filter
            name="state"
            label={webhooks.state}
            options={[
              { value: '', label: texts.filters.any },
              ...['waiting', 'delivered', 'failed'].map((value) => ({
                value,
                label: webhooks.states[value] as string,
              })),
            ]}
          />
        </Filters>
        <Pages pages={deliveries} empty={{ icon: 'activity', title: webhooks.noDeliveries }}>
          {(rows) => <Table caption={webhooks.deliveries} columns={columns} rows={rows} />}
        </Pages>
      </Section>

      {mayWrite && (
        <Section title={texts.person.danger}>
          <ul class="rows">
            <li class="row">
              <span class="grow">
                <b>{webhook.enabled ? webhooks.disable : webhooks.enable}</b>
                <small>{webhook.enabled ? webhooks.disableText : webhooks.enableText}</small>
              </span>
              <Button
                onClick={() =>
                  webhook.enabled
                    ? confirm({
                        title: webhooks.disable,
                        text: webhooks.disableText,
                        action: webhooks.disable,
                        isDangerous: true,
                        act: () => enable(false),
                      })
                    : enable(true).catch(toasts.fail)
                }
              >
                {webhook.enabled ? webhooks.disable : webhooks.enable}
              </Button>
            </li>
            <li class="row">
              <span class="grow">
                <b>{webhooks.rotate}</b>
                <small>{webhooks.rotateText}</small>
              </span>
              <Button
                onClick={() =>
                  confirm({
                    title: webhooks.rotate,
                    text: webhooks.rotateText,
                    action: webhooks.rotate,
                    async act() {
                      const rotated = await withStepUp(() => coffer.adminRotateWebhookSecret({ webhookId }))
                      setSecret(rotated.secret)
                    },
                  })
                }
              >
                {webhooks.rotate}
              </Button>
            </li>
            <li class="row">
              <span class="grow">
                <b>{webhooks.delete}</b>
                <small>{webhooks.deleteText}</small>
              </span>
              <Button
                kind="danger"
                icon="trash"
                onClick={() =>
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
                }
              >
                {texts.delete}
              </Button>
            </li>
          </ul>
        </Section>
      )}
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
      {secret && (
        <SecretDialog
          title={webhooks.rotated}
          lead={webhooks.rotatedText}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Page>
  )
}

const STATE_KINDS: Record<string, 'good' | 'warn' | 'bad'> = { delivered: 'good', waiting: 'warn', failed: 'bad' }

function DeliveryState({ delivery: { state } }: { delivery: Delivery }) {
  const { webhooks } = useTexts()
  return <Chip kind={STATE_KINDS[state] ?? ''}>{webhooks.states[state] ?? state}</Chip>
}
