import { useCoffer } from '@coffer/client/react'
import { Pages, Table } from '../components/list.js'
import { usePages } from '../components/load.js'
import { Page } from '../components/shell.js'
import { useFormat } from '../texts/provider.js'
import { useDeviceName } from './devices.js'
import { useTexts } from './texts.js'

/** The activity of the account. */
export function Activity() {
  const { nav, activity: texts } = useTexts()
  const coffer = useCoffer()
  const format = useFormat()
  const nameOf = useDeviceName()
  const pages = usePages((page, signal) => coffer.listActivity({ ...page, limit: 50 }, { signal }))
  return (
    <Page title={nav.activity} lead={texts.lead}>
      <Pages pages={pages} empty={{ icon: 'activity', title: texts.none }}>
        {(events) => (
          <Table
            caption={nav.activity}
            rows={events}
            columns={[
              {
                label: texts.what,
                isHeader: true,
                show: ({ action, outcome }) => (
                  <>
                    {texts.actions[action] ?? action}{' '}
                    {outcome !== 'success' && <span class="chip warn">{texts.refused}</span>}
                  </>
                ),
              },
              { label: texts.when, show: ({ at }) => <time dateTime={at}>{format.dateTime(at)}</time> },
              {
                label: texts.where,
                show: ({ ip, userAgent }) => [ip, userAgent && nameOf(userAgent)].filter(Boolean).join(' · '),
              },
            ]}
          />
        )}
      </Pages>
    </Page>
  )
}
