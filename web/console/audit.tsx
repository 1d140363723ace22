import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { useRef, useState } from 'preact/hooks'
import { Button, ButtonLink } from '../components/button.js'
import { Dialog } from '../components/dialog.js'
import { type Column, Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Menu } from '../components/menu.js'
import { Page, Section } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { ACTIONS } from './actions.js'
import { toCsv } from './csv.js'
import { Chip, Copy, Guard, IdLink, Time } from './parts.js'
import { Filters, SearchFilter, useQuery } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type AuditEvent = components['schemas']['AuditEvent']
type AuditAction = components['schemas']['AuditAction']

export const Audit = () => (
  <Guard permission="audit:read">
    <AuditLog />
  </Guard>
)

const isAction = (action: string | undefined): action is AuditAction => ACTIONS.includes(action ?? '')

function AuditLog() {
  const texts = useTexts()
  const coffer = useCoffer()
  const { query } = useQuery()
  const { action, actorId, targetId, from, to } = query
  const period = { ...(isAction(action) && { action }), ...(from && { from }), ...(to && { to }) }
  const filters = { ...period, ...(actorId && { actorId }), ...(targetId && { targetId }) }
  const pages = usePages(
    (page, signal) => coffer.adminListAuditEvents({ ...filters, ...page, limit: 50 }, { signal }),
    JSON.stringify(filters),
  )
  const { audit } = texts
  return (
    <Page title={texts.nav.audit} lead={audit.lead} actions={<Export period={period} />}>
      <Filters names={['action', 'actorId', 'targetId', 'from', 'to']}>
        <SearchFilter name="action" label={audit.action} placeholder="login.failed" list={ACTIONS} />
        <SearchFilter name="actorId" label={audit.actorId} />
        <SearchFilter name="targetId" label={audit.targetId} />
        <SearchFilter name="from" label={audit.from} type="datetime-local" />
        <SearchFilter name="to" label={audit.to} type="datetime-local" />
      </Filters>
      {action && !isAction(action) && <p class="hint">{audit.unknownAction}</p>}
      <Pages pages={pages} empty={{ icon: 'activity', title: audit.none, children: <p>{texts.filters.noneHint}</p> }}>
        {(events) => <Events events={events} />}
      </Pages>
    </Page>
  )
}

/** The latest events about an account. */
export function RecentEvents({ targetId }: { targetId: string }) {
  const texts = useTexts()
  const coffer = useCoffer()
  const pages = usePages((_page, signal) =>
    coffer.adminListAuditEvents({ targetId, limit: 10 }, { signal }).then((page) => ({ ...page, nextCursor: null })),
  )
  return (
    <Section
      title={texts.nav.audit}
      lead={texts.audit.recent}
      actions={
        <>
          <ButtonLink kind="quiet" href={at(`/console/audit?targetId=${targetId}`)}>
            {texts.audit.about}
          </ButtonLink>
          <ButtonLink kind="quiet" href={at(`/console/audit?actorId=${targetId}`)}>
            {texts.audit.by}
          </ButtonLink>
        </>
      }
    >
      <Pages pages={pages} empty={{ icon: 'activity', title: texts.audit.none }}>
        {(events) => <Events events={events} />}
      </Pages>
    </Section>
  )
}

function Events({ events }: { events: AuditEvent[] }) {
  const texts = useTexts()
  const [shown, setShown] = useState<AuditEvent>()
  const { audit } = texts
  const columns: Column<AuditEvent>[] = [
    {
      label: audit.action,
      isHeader: true,
      show: (event) => (
        <button type="button" class="link" onClick={() => setShown(event)}>
          {event.action}
        </button>
      ),
    },
    {
      label: audit.outcome,
      show: ({ outcome }) => (
        <Chip kind={outcome === 'success' ? 'good' : 'bad'}>
          {outcome === 'success' ? audit.success : audit.failure}
        </Chip>
      ),
    },
    {
      label: audit.actor,
      show: ({ actorId }) => (actorId ? <IdLink id={actorId} path="people" permission="users:read" /> : '–'),
    },
    { label: audit.target, show: (event) => <Target event={event} /> },
    { label: audit.ip, show: ({ ip }) => (ip ? <span class="mono">{ip}</span> : '–') },
    { label: audit.at, show: ({ at: time }) => <Time at={time} /> },
  ]
  return (
    <>
      <Table caption={texts.nav.audit} columns={columns} rows={events} onOpen={(event) => setShown(event)} />
      {shown && <EventDialog event={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}

function Target({ event: { action, targetId } }: { event: AuditEvent }) {
  if (!targetId) return <>–</>
  if (/^(admin\.)?assets?[.-]/.test(action)) return <IdLink id={targetId} path="files" permission="assets:read" />
  if (action.startsWith('admin.webhook')) return <IdLink id={targetId} path="webhooks" permission="webhooks:read" />
  if (action.startsWith('admin.service-account'))
    return <IdLink id={targetId} path="service-accounts" permission="keys:read" />
  if (action.startsWith('key.') || action.startsWith('admin.mail') || action.startsWith('admin.invitation'))
    return (
      <code title={targetId}>
        {targetId.slice(0, 4)}…{targetId.slice(-6)}
      </code>
    )
  return <IdLink id={targetId} path="people" permission="users:read" />
}

function EventDialog({ event, onClose }: { event: AuditEvent; onClose(): void }) {
  const texts = useTexts()
  const format = useFormat()
  const { audit } = texts
  const facts: [string, string | null][] = [
    [audit.at, format.dateTime(event.at)],
    [audit.outcome, event.outcome === 'success' ? audit.success : audit.failure],
    [audit.actor, event.actorId],
    [audit.target, event.targetId],
    [audit.ip, event.ip],
    [audit.device, event.userAgent],
    [audit.request, event.requestId],
  ]
  return (
    <Dialog title={event.action} kind="wide" onClose={onClose}>
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value ?? '–'}</dd>
          </div>
        ))}
        <div>
          <dt>{texts.id}</dt>
          <dd>
            <Copy text={event.id} label={texts.copyId} />
          </dd>
        </div>
      </dl>
      <h3>{audit.details}</h3>
      <pre>{JSON.stringify(event.details, null, 2)}</pre>
    </Dialog>
  )
}

interface ExportProps {
  period: { action?: AuditAction; from?: string; to?: string }
}

/** Saves the events of a time as a file. They are written while they arrive, and the export can be ended. */
function Export({ period }: ExportProps) {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const toasts = useToasts()
  const [count, setCount] = useState<number>()
  const controller = useRef<AbortController | undefined>(undefined)
  const { audit } = texts
  if (!may('audit:read')) return null

  async function run(kind: 'ndjson' | 'csv') {
    controller.current = new AbortController()
    const { signal } = controller.current
    const parts: string[] = kind === 'csv' ? [toCsv.head] : []
    setCount(0)
    try {
      let done = 0
      for await (const event of coffer.adminExportAuditEvents(period, { signal })) {
        parts.push(kind === 'csv' ? toCsv(event) : `${JSON.stringify(event)}\n`)
        done += 1
        if (done % 100 === 0) setCount(done)
      }
      save(new Blob(parts, { type: kind === 'csv' ? 'text/csv' : 'application/x-ndjson' }), `audit-events.${kind}`)
      toasts.say(audit.exported(done))
    } catch (error) {
      if (!signal.aborted) toasts.fail(error)
    } finally {
      setCount(undefined)
    }
  }
  if (count !== undefined)
    return (
      <>
        <span role="status">{audit.exporting(format.number(count))}</span>
        <Button kind="quiet" onClick={() => controller.current?.abort()}>
          {texts.cancel}
        </Button>
      </>
    )
  return (
    <Menu
      label={audit.export}
      icon="download"
      isLabelShown
      items={[
        { label: audit.exportNdjson, icon: 'document', act: () => void run('ndjson') },
        { label: audit.exportCsv, icon: 'list', act: () => void run('csv') },
      ]}
    />
  )
}

function save(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the browser has the file by now or takes it within this time
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
