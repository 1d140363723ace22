import t from 'tap'
import { ACTIONS } from '../../models/audit-event.js'
import type { OutboxEvent } from '../../models/outbox.js'
import { factsOf, SESSION_END_REASONS, WEBHOOK_FACTS, WEBHOOK_TYPE_NAMES } from '../../models/webhook-event.js'
import { EVENTS } from '../../openapi/schemas/webhook-event.js'
import { mismatch } from '../support/contract.js'

const event = (action: string, details: object = {}, more: Partial<OutboxEvent> = {}) =>
  factsOf({
    action,
    actorId: 'actor',
    targetId: 'target',
    outcome: 'success',
    ip: '192.0.2.7',
    userAgent: 'curl/8.5.0',
    requestId: 'request',
    details: details as Record<string, unknown>,
    ...more,
  })

/** Details as each action has them, where its facts depend on them. */
const DETAILS: Record<string, object[]> = {
  'account.updated': [{ changed: ['name', 'locale'] }, { changed: ['avatarUrl'] }],
  'password.changed': [{ keptSessionId: 'kept' }],
  'factor.added': [{ keptSessionId: 'kept' }],
  'factor.removed': [{ keptSessionId: 'kept' }],
  'login.succeeded': [{ sessionId: 'session' }],
  'session.ended': [{ sessionId: 'session' }],
  'sessions.ended': [{ keepCurrent: false }, { keepCurrent: true, keptSessionId: 'kept' }],
  'session.token-reused': [{ sessionId: 'session' }],
  'asset.uploaded': [{ bytes: 7, contentType: 'image/png' }],
  'asset.updated': [{ changed: ['tags'] }],
  'admin.asset-deleted': [{ ownerId: 'owner' }],
  'admin.user-updated': [
    { changed: ['adminMetadata'] },
    { status: { from: 'active', to: 'suspended' } },
    { status: { from: 'suspended', to: 'active' } },
    { role: { from: 'user', to: 'admin' }, permissions: { from: [], to: [] } },
    { role: { from: 'user', to: 'user' }, permissions: { from: [], to: ['users:read'] } },
  ],
}

t.test('every audited action has facts for webhooks or a reason why it has none', (t) => {
  t.strictSame(Object.keys(WEBHOOK_FACTS).sort(), Object.keys(ACTIONS).sort())
  for (const [action, facts] of Object.entries(WEBHOOK_FACTS)) {
    if (typeof facts !== 'string') continue
    t.match(facts, /^[A-Z].*\.$/, action)
    t.strictSame(event(action), [], action)
  }
  t.strictSame(event('an.action-of-a-newer-version'), [])
  t.end()
})

t.test('every type is told of, as the contract describes it, without an address', async (t) => {
  const types = new Set<string>(['webhook.test'])
  const reasons = new Set<unknown>()
  for (const [action, facts] of Object.entries(WEBHOOK_FACTS)) {
    if (typeof facts === 'string') continue
    for (const details of DETAILS[action] ?? [{}]) {
      const told = event(action, details)
      t.not(told.length, 0, action)
      for (const { type, data } of told) {
        types.add(type)
        reasons.add(data.reason)
        const body = { type, timestamp: '2026-01-31T09:30:00.000Z', data }
        const known = Object.keys(EVENTS[type].properties.data.properties).sort()
        t.strictSame(Object.keys(data).sort(), known, `${action}: all facts of ${type}, and no other`)
        t.equal(await mismatch(['components', 'schemas', EVENTS[type].$id as string], body), undefined, action)
        t.notMatch(JSON.stringify(data), /192\.0\.2\.7|curl|request/)
      }
    }
  }
  t.strictSame([...types].sort(), [...WEBHOOK_TYPE_NAMES].sort())
  t.strictSame([...reasons].filter(Boolean).sort(), [...SESSION_END_REASONS].sort())
})

t.test('what is told depends on what happened', (t) => {
  const types = (action: string, details: object) => event(action, details).map(({ type }) => type)
  const suspension = { status: { from: 'active', to: 'suspended' } }
  t.strictSame(types('admin.user-updated', suspension), ['user.suspended', 'session.ended'])
  t.strictSame(types('admin.user-updated', { status: { from: 'suspended', to: 'active' } }), ['user.reactivated'])
  const same = { role: { from: 'user', to: 'user' }, permissions: { from: ['users:read'], to: ['users:read'] } }
  t.strictSame(types('admin.user-updated', same), [])
  t.match(event('admin.user-updated', { ...same, role: { from: 'user', to: 'admin' } }), [
    { data: { changed: ['role'] } },
  ])
  t.strictSame(types('account.updated', {}), [], 'an older process stored no names')
  t.match(event('sessions.ended', { keptSessionId: 'kept' }), [{ data: { scope: 'others', keptSessionId: 'kept' } }])
  t.strictSame(types('factor.removed', {}), [], 'backup codes end no session')
  t.match(event('sessions.ended'), [{ data: { scope: 'all', keptSessionId: null } }])
  t.match(event('asset.deleted'), [{ data: { assetId: 'target', ownerId: 'actor', actorId: 'actor' } }])
  t.match(event('admin.asset-deleted', { ownerId: 'owner' }), [{ data: { ownerId: 'owner', actorId: 'actor' } }])
  t.match(event('account.deleted', undefined, { details: undefined as never }), [{ type: 'user.deleted' }, {}])
  t.end()
})
