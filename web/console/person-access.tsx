import type { components, User } from '@coffer/client'
import { useCoffer } from '@coffer/client/react'
import { Button } from '../components/button.js'
import { useConfirm } from '../components/dialog.js'
import { Section } from '../components/shell.js'
import { useToasts } from '../components/toast.js'
import { ActionRow } from './parts.js'
import { useTexts } from './texts.js'

/** An account, and the ETag that guards its changes. */
export type Details = components['schemas']['UserDetails'] & { etag: string }
export type Changes = Omit<components['schemas']['AdminUpdateUserRequest'], 'currentPassword'>

interface ChangeProps {
  /** Runs a change, and says that it is done. */
  act(change: () => Promise<unknown>, done: string): Promise<void>
  update(changes: Changes, done: string): Promise<void>
}

interface AccessProps extends ChangeProps {
  details: Details
  mayWrite: boolean
}

/** Sessions, second factors and limits, which an administrator can end, remove and lift. */
export function Access({ details, mayWrite, act, update }: AccessProps) {
  const texts = useTexts()
  const coffer = useCoffer()
  const confirm = useConfirm()
  const toasts = useToasts()
  const { person } = texts
  const { id: userId, name } = details.user
  const endSessions = () =>
    confirm({
      title: person.endSessions,
      text: person.endSessionsText(name),
      action: person.endSessions,
      act: () => act(() => coffer.adminRevokeSessions({ userId }), person.sessionsEnded),
    })
  const resetFactors = () =>
    confirm({
      title: person.resetFactors,
      text: person.resetFactorsText(name),
      action: person.resetFactors,
      isDangerous: true,
      act: () => act(() => coffer.adminResetFactors({ userId }), person.factorsReset),
    })
  return (
    <Section title={person.access}>
      <ul class="rows">
        <ActionRow title={texts.overview.sessions} hint={person.sessions(details.sessionCount)}>
          {mayWrite && <Button onClick={endSessions}>{person.endSessions}</Button>}
        </ActionRow>
        {mayWrite && (
          <>
            <ActionRow title={person.factors} hint={person.factorsHint}>
              <Button onClick={resetFactors}>{person.resetFactors}</Button>
            </ActionRow>
            <ActionRow title={person.lock} hint={person.lockHint}>
              <Button onClick={() => update({ unlock: true }, person.unlocked).catch(toasts.fail)}>
                {person.unlock}
              </Button>
            </ActionRow>
          </>
        )}
      </ul>
    </Section>
  )
}

/** Suspends an account, or lifts its suspension. */
export function Suspension({ user, update }: Pick<ChangeProps, 'update'> & { user: User }) {
  const { person } = useTexts()
  const confirm = useConfirm()
  const isSuspended = user.status === 'suspended'
  const title = isSuspended ? person.reactivate : person.suspend
  const text = isSuspended ? person.reactivateText(user.name) : person.suspendText(user.name)
  const change = () =>
    confirm({
      title,
      text,
      action: title,
      isDangerous: !isSuspended,
      act: () =>
        isSuspended
          ? update({ status: 'active' }, person.reactivated)
          : update({ status: 'suspended' }, person.suspended),
    })
  return (
    <ActionRow title={title} hint={text}>
      <Button kind={isSuspended ? 'plain' : 'danger'} onClick={change}>
        {title}
      </Button>
    </ActionRow>
  )
}
