import type { Client } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import type { ComponentChildren } from 'preact'
import { Button } from '../components/button.js'
import { Icon, type IconName } from '../components/icon.js'
import { useLoad } from '../components/load.js'
import { type NavItem, Page, Section } from '../components/shell.js'
import { Loaded } from '../components/states.js'
import { at } from '../settings.js'
import { useFormat } from '../texts/provider.js'
import { type Day, DaysChart, PartsBar } from './chart.js'
import { Chip } from './parts.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

const DAYS = 14
/** Pages of accounts that are read at most for the chart. */
const MOST_PAGES = 5

/** Counts the accounts that were created on each of the last days. Leaves out the days that the read pages do not reach. */
async function countDays(coffer: Client, signal: AbortSignal): Promise<Day[]> {
  const start = new Date()
  start.setHours(0, 0, 0, 0)
  const days = Array.from({ length: DAYS }, (_, index) => {
    const date = new Date(start)
    date.setDate(date.getDate() - (DAYS - 1 - index))
    return { date, count: 0 }
  })
  let cursor: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await coffer.adminListUsers({ sort: '-createdAt', limit: 100, ...(cursor && { cursor }) }, { signal })
    for (const { createdAt } of page.items) {
      const day = days.findLast(({ date }) => date <= new Date(createdAt))
      if (!day) return days
      day.count += 1
    }
    if (page.nextCursor === null) return days
    cursor = page.nextCursor
    const oldest = page.items.at(-1)
    if (pages === MOST_PAGES - 1 && oldest) return days.filter(({ date }) => date > new Date(oldest.createdAt))
  }
  return days
}

export function Overview({ parts }: { parts: NavItem[] }) {
  const texts = useTexts()
  const may = useMay()
  return (
    <Page title={texts.nav.overview} lead={texts.overview.lead}>
      {may('users:read') ? <Statistics /> : <Parts parts={parts} />}
      <Health />
    </Page>
  )
}

/** Links to the parts, for those who may not see the statistics. */
const Parts = ({ parts }: { parts: NavItem[] }) => (
  <ul class="stats">
    {parts.slice(1).map(({ path, label, icon }) => (
      <li key={path}>
        <a class="stat card" href={at(path)}>
          <Icon name={icon} />
          <b>{label}</b>
        </a>
      </li>
    ))}
  </ul>
)

function Stat({
  icon,
  label,
  value,
  href,
  children,
}: {
  icon: IconName
  label: string
  value: string
  href?: string | undefined
  children?: ComponentChildren
}) {
  return (
    <li class="stat card">
      <h2>
        <Icon name={icon} />
        {href ? <a href={at(href)}>{label}</a> : label}
      </h2>
      <p class="value">{value}</p>
      {children}
    </li>
  )
}

function Statistics() {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const statistics = useLoad((signal) => coffer.adminGetStatistics({}, { signal }))
  const days = useLoad((signal) => countDays(coffer, signal))
  const { overview } = texts
  return (
    <>
      <Loaded state={statistics} lines={4}>
        {({ users, assets, mails, sessions }) => (
          <ul class="stats">
            <Stat
              icon="people"
              label={texts.nav.people}
              value={format.number(users.active + users.suspended)}
              href="/console/people"
            >
              <PartsBar
                parts={[
                  { label: texts.status.active as string, value: users.active, kind: 'accent' },
                  { label: texts.status.suspended as string, value: users.suspended, kind: 'bad' },
                ]}
              />
            </Stat>
            <Stat
              icon="files"
              label={texts.nav.files}
              value={format.number(assets.count)}
              href={may('assets:read') ? '/console/files' : undefined}
            >
              <p class="hint">{overview.stored(format.bytes(assets.bytes))}</p>
            </Stat>
            <Stat icon="device" label={overview.sessions} value={format.number(sessions)}>
              <p class="hint">{overview.sessionsHint}</p>
            </Stat>
            <Stat
              icon="mail"
              label={texts.nav.mails}
              value={format.number(mails.waiting + mails.failed)}
              href={may('mails:read') ? '/console/mails' : undefined}
            >
              <PartsBar
                parts={[
                  { label: texts.mailStates.waiting as string, value: mails.waiting, kind: 'warn' },
                  { label: texts.mailStates.failed as string, value: mails.failed, kind: 'bad' },
                ]}
              />
            </Stat>
          </ul>
        )}
      </Loaded>
      <Section title={overview.newPeople} lead={overview.newPeopleLead}>
        <Loaded state={days} lines={2}>
          {(value) => (
            <div class="card">
              <DaysChart days={value} title={overview.newPeople} />
            </div>
          )}
        </Loaded>
      </Section>
    </>
  )
}

/** Reads the health, which is told with status 503 too. */
async function readHealth(coffer: Client, signal: AbortSignal) {
  const { data, error } = await coffer.api.GET('/health/ready', { signal })
  return data ?? (error as unknown as NonNullable<typeof data>)
}

function Health() {
  const texts = useTexts()
  const coffer = useCoffer()
  const state = useLoad((signal) => readHealth(coffer, signal))
  const { health } = texts
  return (
    <Section
      title={health.title}
      actions={
        <Button kind="quiet" icon="refresh" busy={state.isLoading} onClick={state.reload}>
          {health.reload}
        </Button>
      }
    >
      <Loaded state={state}>
        {({ checks, reasons }) => (
          <ul class="rows">
            {Object.entries(checks).map(([name, result]) => (
              <li key={name} class="row">
                <span class="grow">
                  <b>{health.names[name] ?? name}</b>
                  {reasons?.[name as 'mail'] && <small class="mono">{reasons[name as 'mail']}</small>}
                </span>
                <Chip kind={result === 'ok' ? 'good' : 'bad'}>{result === 'ok' ? health.ok : health.unavailable}</Chip>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  )
}
