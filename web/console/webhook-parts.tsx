import type { components } from '@coffer/client'
import { Dialog } from '../components/dialog.js'
import { Checkbox, Field } from '../components/fields.js'
import { Form, FormActions, useForm } from '../components/form.js'
import { useStepUp } from '../session/step-up.js'
import { Chip } from './parts.js'
import { useTexts } from './texts.js'

export type Webhook = components['schemas']['Webhook']

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

export function EnabledChip({ webhook: { enabled, disabledReason } }: { webhook: Webhook }) {
  const { webhooks } = useTexts()
  if (enabled) return <Chip kind="good">{webhooks.enabled}</Chip>
  return <Chip kind="bad">{webhooks.reasons[disabledReason ?? ''] ?? webhooks.disabled}</Chip>
}

export const Events = ({ events }: { events: readonly string[] }) => {
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

interface WebhookDialogProps {
  title: string
  webhook?: Webhook
  draft: string
  onClose(): void
  onSave(input: { url: string; events: string[]; description: string }): Promise<void>
}

/** Changes a webhook, or creates one. */
export function WebhookDialog({ title, webhook, draft, onClose, onSave }: WebhookDialogProps) {
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
