import type { components } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { Button } from '../components/button.js'
import { type Column, Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Page } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { useFormat } from '../texts/provider.js'
import { Chip, Guard, Time } from './parts.js'
import { Filter, Filters, useQuery } from './query.js'
import { useMay } from './rights.js'
import { useTexts } from './texts.js'

type Mail = components['schemas']['Mail']
type MailState = components['schemas']['MailState']

const STATES: MailState[] = ['waiting', 'sent', 'failed', 'expired']
const KINDS: Record<string, 'good' | 'warn' | 'bad'> = { sent: 'good', waiting: 'warn', failed: 'bad' }

export const Mails = () => (
  <Guard permission="mails:read">
    <MailList />
  </Guard>
)

function MailList() {
  const texts = useTexts()
  const format = useFormat()
  const coffer = useCoffer()
  const may = useMay()
  const toasts = useToasts()
  const { query } = useQuery()
  const state = query.state as MailState | undefined
  const pages = usePages(
    (page, signal) => coffer.adminListMails({ ...(state && { state }), ...page, limit: 50 }, { signal }),
    state,
  )
  const { mails, mailStates } = texts
  const resend = (mail: Mail) =>
    coffer.adminResendMail({ mailId: mail.id }).then(() => {
      toasts.say(mails.resent)
      pages.reload()
    }, toasts.fail)
  const columns: Column<Mail>[] = [
    { label: mails.template, isHeader: true, show: ({ template }) => <code>{template}</code> },
    {
      label: mails.state,
      show: ({ state: one }) => <Chip kind={KINDS[one] ?? ''}>{mailStates[one] ?? one}</Chip>,
    },
    { label: mails.attempts, isNumber: true, show: ({ attempts }) => format.number(attempts) },
    { label: mails.error, show: ({ lastError }) => (lastError ? <span class="mono">{lastError}</span> : '–') },
    { label: mails.queued, show: ({ createdAt }) => <Time at={createdAt} /> },
    { label: mails.next, show: ({ nextAttemptAt }) => <Time at={nextAttemptAt} /> },
    ...(may('mails:write')
      ? [
          {
            label: texts.action,
            show: (mail: Mail) =>
              ['waiting', 'failed'].includes(mail.state) ? (
                <Button aria-label={`${mails.resend}: ${mail.template}`} onClick={() => resend(mail)}>
                  {mails.resend}
                </Button>
              ) : null,
          },
        ]
      : []),
  ]
  return (
    <Page
      title={texts.nav.mails}
      lead={mails.lead}
      actions={
        <Button kind="quiet" icon="refresh" busy={pages.isLoading} onClick={pages.reload}>
          {texts.health.reload}
        </Button>
      }
    >
      <Filters names={['state']}>
        <Filter
          name="state"
          label={mails.state}
          options={[
            { value: '', label: texts.filters.any },
            ...STATES.map((value) => ({ value, label: mailStates[value] as string })),
          ]}
        />
      </Filters>
      <Pages pages={pages} empty={{ icon: 'mail', title: mails.none }}>
        {(rows) => <Table caption={texts.nav.mails} columns={columns} rows={rows} />}
      </Pages>
    </Page>
  )
}
