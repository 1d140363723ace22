import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { Button } from '../components/button.js'
import { type Column, Pages, Table } from '../components/list.js'
import type { PagesState } from '../components/load.js'
import { Section } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { useFormat } from '../texts/provider.js'
import { Chip, Time } from './parts.js'
import { Filter, Filters } from './query.js'
import { useTexts } from './texts.js'

type Delivery = components['schemas']['WebhookDelivery']

const STATE_KINDS: Record<string, 'good' | 'warn' | 'bad'> = { delivered: 'good', waiting: 'warn', failed: 'bad' }

function DeliveryState({ delivery: { state } }: { delivery: Delivery }) {
  const { webhooks } = useTexts()
  return <Chip kind={STATE_KINDS[state] ?? ''}>{webhooks.states[state] ?? state}</Chip>
}

interface DeliveriesProps {
  webhookId: string
  deliveries: PagesState<Delivery>
  mayWrite: boolean
}

/** The deliveries of a webhook. */
export function Deliveries({ webhookId, deliveries, mayWrite }: DeliveriesProps) {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const toasts = useToasts()
  const { webhooks } = texts
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
  )
}
