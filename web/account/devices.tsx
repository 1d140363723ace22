import { useCoffer } from '@coffer/client/react'
import type { ComponentChildren } from 'preact'
import { Button } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import { Icon } from '../components/icon.js'
import { useLoad } from '../components/load.js'
import { Page, Section } from '../components/shell.js'
import { Loaded } from '../components/states.js'
import { useToasts } from '../components/toast.js'
import { useFormat } from '../texts/provider.js'
import { useTexts } from './texts.js'
import { readUserAgent } from './user-agent.js'

/** The sessions and the trusted devices. */
export function Devices() {
  const { nav, devices: texts } = useTexts()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const toasts = useToasts()
  const format = useFormat()
  const nameOf = useDeviceName()
  const sessions = useLoad((signal) => coffer.listSessions({}, { signal }))

  async function end(sessionId: string, done: string) {
    try {
      await coffer.revokeSession({ sessionId })
      toasts.say(done)
    } catch (error) {
      toasts.fail(error)
    }
    sessions.reload()
  }
  async function endOthers() {
    const isAgreed = await confirm({
      title: texts.endOthersTitle,
      text: texts.endOthersText,
      action: texts.endOthers,
      isDangerous: true,
      act: () => coffer.logoutEverywhere({ keepCurrent: true }),
    })
    if (!isAgreed) return
    toasts.say(texts.othersEnded)
    sessions.reload()
  }
  const endAll = () =>
    confirm({
      title: texts.endAllTitle,
      text: texts.endAllText,
      action: texts.endAll,
      isDangerous: true,
      act: () => coffer.logoutEverywhere(),
    })

  return (
    <Page
      title={nav.devices}
      lead={texts.lead}
      actions={
        <>
          <Button onClick={endOthers}>{texts.endOthers}</Button>
          <Button kind="danger" icon="signOut" onClick={endAll}>
            {texts.endAll}
          </Button>
        </>
      }
    >
      <Loaded state={sessions}>
        {({ items, trustedDevices }) => (
          <>
            <ul class="rows">
              {items.map((session) => {
                const name = nameOf(session.userAgent)
                return (
                  <Device
                    key={session.id}
                    name={name}
                    badges={
                      <>
                        {session.current && <span class="chip accent">{texts.current}</span>}
                        {session.amr.includes('mfa') && <span class="chip good">{texts.secondFactor}</span>}
                      </>
                    }
                    facts={[
                      texts.lastUsed(format.relative(session.lastUsedAt)),
                      session.ip,
                      texts.since(format.date(session.createdAt)),
                    ]}
                  >
                    {!session.current && (
                      <Button aria-label={`${texts.end}: ${name}`} onClick={() => end(session.id, texts.ended(name))}>
                        {texts.end}
                      </Button>
                    )}
                  </Device>
                )
              })}
            </ul>
            {trustedDevices.length > 0 && (
              <Section title={texts.trusted} lead={texts.trustedLead}>
                <ul class="rows">
                  {trustedDevices.map((device) => (
                    <Device
                      key={device.id}
                      name={nameOf(device.userAgent)}
                      facts={[texts.trustedUntil(format.date(device.expiresAt)), device.ip]}
                    >
                      <Button onClick={() => end(device.id, texts.distrusted)}>{texts.distrust}</Button>
                    </Device>
                  ))}
                </ul>
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

const Device = ({
  name,
  badges,
  facts,
  children,
}: {
  name: string
  badges?: ComponentChildren
  facts: string[]
  children: ComponentChildren
}) => (
  <li class="row">
    <Icon name="device" />
    <div class="grow">
      <b>
        {name} {badges}
      </b>
      <small>{facts.join(' · ')}</small>
    </div>
    {children}
  </li>
)

/** Returns a function that names a device by its User-Agent. */
export function useDeviceName() {
  const { devices: texts } = useTexts()
  return (userAgent: string) => {
    const { browser, system } = readUserAgent(userAgent)
    if (browser && system) return texts.on(browser, system)
    return browser ?? system ?? (userAgent.slice(0, 60) || texts.unknown)
  }
}
