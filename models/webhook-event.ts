import type { AuditAction } from './audit-event.js'
import type { OutboxEvent } from './outbox.js'

/** The types of events that webhooks are sent, and what each says. The names are stable: integrators subscribe to them. */
export const WEBHOOK_TYPES = {
  'user.created':
    'An account was created: its registration was completed, its invitation was accepted, or the command line imported it.',
  'user.updated':
    'An account was changed: its name, language, metadata, profile image, e-mail address, role or permissions.',
  'user.deleted': 'An account was deleted, with its sessions, its API keys and its files.',
  'user.suspended': 'An administrator suspended an account, which ended all its sessions.',
  'user.reactivated': 'An administrator lifted the suspension of an account.',
  'session.created': 'A sign-in was completed: a session started.',
  'session.ended':
    'One or all sessions of an account were ended: by a sign-out, a change of the password or of the second factors, an administrator, or the theft of a token. ' +
    'A session that expires, or that a newer one displaces, ends without this event.',
  'asset.created': 'A file was uploaded.',
  'asset.updated': 'The name, the tags, the description or the metadata of a file were changed.',
  'asset.deleted':
    'A file was deleted by its owner or an administrator. Files that go with their account are not announced.',
  'webhook.test': 'An administrator tested the webhook.',
} as const
export type WebhookType = keyof typeof WEBHOOK_TYPES
export const WEBHOOK_TYPE_NAMES = Object.keys(WEBHOOK_TYPES) as WebhookType[]

/** Why a session ended. */
export const SESSION_END_REASONS = [
  'signed-out',
  'password-changed',
  'password-reset',
  'factors-changed',
  'token-reused',
  'ended-by-administrator',
  'account-suspended',
  'account-deleted',
] as const
export type SessionEndReason = (typeof SESSION_END_REASONS)[number]

/** The data of an event: ids and facts, never a secret or an address. */
export interface WebhookFact {
  type: WebhookType
  data: Record<string, unknown>
}

type Facts = (event: OutboxEvent) => WebhookFact[]

const user =
  (type: WebhookType): Facts =>
  ({ targetId: userId, actorId }) => [{ type, data: { userId, actorId } }]

const namesOf = (changed: unknown): string[] => (Array.isArray(changed) ? changed : [])

const updated =
  (...changed: string[]): Facts =>
  ({ targetId: userId, actorId }) =>
    changed.length === 0 ? [] : [{ type: 'user.updated', data: { userId, actorId, changed } }]

interface EndedSessions {
  scope: 'one' | 'others' | 'all'
  sessionId?: unknown
  keptSessionId?: unknown
}

const ended = (
  { targetId: userId, actorId }: OutboxEvent,
  reason: SessionEndReason,
  { scope, sessionId = null, keptSessionId = null }: EndedSessions,
): WebhookFact => ({ type: 'session.ended', data: { userId, actorId, reason, scope, sessionId, keptSessionId } })

const allEnded =
  (reason: SessionEndReason): Facts =>
  (event) => [ended(event, reason, { scope: 'all' })]

/** A change of a strong factor ends the other sessions; a change of another factor names no session that is kept. */
const othersEnded: Facts = (event) => {
  const { keptSessionId } = event.details
  return keptSessionId === undefined ? [] : [ended(event, 'factors-changed', { scope: 'others', keptSessionId })]
}

const deleted: Facts = (event) => [...user('user.deleted')(event), ended(event, 'account-deleted', { scope: 'all' })]

const asset =
  (type: WebhookType, ...facts: string[]): Facts =>
  ({ targetId: assetId, actorId, details }) => [
    {
      type,
      data: {
        assetId,
        // an administrator's event names the owner
        ownerId: details.ownerId ?? actorId,
        actorId,
        ...Object.fromEntries(facts.map((name) => [name, details[name]])),
      },
    },
  ]

/** The part of an account that an administrator changed: its status, or its rights. */
const accountChanged: Facts = (event) => {
  const { status, ...rights } = event.details as Record<string, { from: unknown; to: unknown }>
  if (status?.to === 'suspended') {
    return [...user('user.suspended')(event), ended(event, 'account-suspended', { scope: 'all' })]
  }
  if (status) return user('user.reactivated')(event)
  if (event.details.changed) return updated(...namesOf(event.details.changed))(event)
  const changed = ['role', 'permissions'].filter((name) => `${rights[name]?.from}` !== `${rights[name]?.to}`)
  return updated(...changed)(event)
}

const REFUSED = 'Nothing has changed.'
const REQUESTED = 'Nothing has changed yet: a code has to be verified first.'
const KEYS = 'API keys are credentials: integrators are told of accounts, sessions and files.'
const FACTORS = 'Second factors are credentials: integrators are told of accounts, sessions and files.'
const SERVICE_ACCOUNTS = 'Service accounts belong to the administration; they are no users of the service.'
const INVITATIONS = 'Invitations belong to the administration; the account that accepts one is announced.'
const WEBHOOKS = 'Webhooks belong to the administration.'

/** The event of each audited action, or the reason why webhooks are told nothing. */
export const WEBHOOK_FACTS = {
  'account.registered': user('user.created'),
  'account.joined': user('user.created'),
  'account.registration-requested': REQUESTED,
  'account.imported': user('user.created'),
  'account.updated': (event) => updated(...namesOf(event.details.changed))(event),
  'account.email-change-requested': REQUESTED,
  'account.email-changed': updated('email'),
  'account.exported': 'Nothing has changed.',
  'account.deleted': deleted,
  'password.changed': (event) => [
    ended(event, 'password-changed', { scope: 'others', keptSessionId: event.details.keptSessionId }),
  ],
  'password.reset-requested': REQUESTED,
  'password.reset': allEnded('password-reset'),
  'password.refused': REFUSED,
  'login.succeeded': ({ targetId: userId, details: { sessionId } }) => [
    { type: 'session.created', data: { userId, sessionId } },
  ],
  'login.failed': REFUSED,
  'code.refused': REFUSED,
  'session.ended': (event) => [ended(event, 'signed-out', { scope: 'one', sessionId: event.details.sessionId })],
  'sessions.ended': (event) => {
    const { keptSessionId = null } = event.details
    return [ended(event, 'signed-out', { scope: keptSessionId === null ? 'all' : 'others', keptSessionId })]
  },
  'device.distrusted': 'The session goes on: the next sign-in of the device takes its second step.',
  'session.refresh-repeated': 'The session goes on. One repetition too many ends it, which is a token that is reused.',
  'session.token-reused': (event) => [
    ended(event, 'token-reused', { scope: 'one', sessionId: event.details.sessionId }),
  ],
  'access.denied': REFUSED,
  'key.created': KEYS,
  'key.updated': KEYS,
  'key.rotated': KEYS,
  'key.revoked': KEYS,
  'key.refused': REFUSED,
  'session.stepped-up': 'The session goes on.',
  'factor.added': othersEnded,
  'factor.renamed': FACTORS,
  'factor.removed': othersEnded,
  'factor.backup-codes-created': FACTORS,
  'factor.backup-code-used': FACTORS,
  'factor.passkey-refused': REFUSED,
  'throttle.reached': REFUSED,
  'asset.uploaded': asset('asset.created', 'bytes', 'contentType'),
  'asset.updated': asset('asset.updated', 'changed'),
  'asset.deleted': asset('asset.deleted'),
  'asset.file-missing': 'The file still exists for the API: its operator has to look for it.',
  'admin.user-updated': accountChanged,
  'admin.user-unlocked': 'The account itself has not changed.',
  'admin.sessions-revoked': allEnded('ended-by-administrator'),
  'admin.user-deleted': deleted,
  'admin.asset-deleted': asset('asset.deleted'),
  'admin.assets-deleted': 'Each of the files has an event of its own when it is deleted.',
  'admin.factors-reset': allEnded('factors-changed'),
  'admin.invitation-created': INVITATIONS,
  'admin.invitation-resent': INVITATIONS,
  'admin.invitation-withdrawn': INVITATIONS,
  'admin.mail-resent': 'Nothing has changed.',
  'admin.audit-exported': 'Nothing has changed.',
  'admin.service-account-created': SERVICE_ACCOUNTS,
  'admin.service-account-updated': SERVICE_ACCOUNTS,
  'admin.service-account-deleted': SERVICE_ACCOUNTS,
  'admin.appointed': updated('role'),
  'admin.webhook-created': WEBHOOKS,
  'admin.webhook-updated': WEBHOOKS,
  'admin.webhook-secret-rotated': WEBHOOKS,
  'admin.webhook-deleted': WEBHOOKS,
  'admin.webhook-tested': WEBHOOKS,
  'admin.webhook-redelivered': WEBHOOKS,
  'admin.webhook-disabled': WEBHOOKS,
} as const satisfies Record<AuditAction, Facts | string>

/** The actions that webhooks are told nothing of. Every other action has to go through an outbox, so that no crash loses it. */
export type UnannouncedAction = {
  [Action in AuditAction]: (typeof WEBHOOK_FACTS)[Action] extends string ? Action : never
}[AuditAction]

/** An outbox doesn't store empty details. */
const NO_DETAILS = { details: {} }

/** Returns what webhooks are told of an audit event. */
export function factsOf(event: OutboxEvent): WebhookFact[] {
  const facts: Facts | string | undefined = WEBHOOK_FACTS[event.action as AuditAction]
  // a newer process may have stored an action that this one doesn't know
  return typeof facts === 'function' ? facts({ ...NO_DETAILS, ...event }) : []
}
