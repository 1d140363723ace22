import t from 'tap'
import { caller } from '../../support/admin.js'
import { createKey } from '../../support/api-keys.js'
import { build, PASSWORD, type TestApp } from '../../support/app.js'
import { startGate, watched } from '../../support/gate.js'
import { storeSession } from '../../support/session.js'

const KEYS = '/v1/users/me/api-keys'

const mayRead = async ({ app }: TestApp, authorization: string) =>
  (await app.inject({ url: '/v1/users/me', headers: { authorization } })).statusCode === 200

/** What can be done to a key, which may read its owner before. */
const CHANGES: Record<string, [method: 'DELETE' | 'PATCH' | 'POST', path: string, body?: object]> = {
  'another scope': ['PATCH', '', { scopes: ['files:read'] }],
  'a rotation': ['POST', '/rotate', {}],
  'a revocation': ['DELETE', ''],
}

for (const [name, [method, path, body]] of Object.entries(CHANGES))
  t.test(`${name}: between any two commands, every process sees the key as it is stored`, async (t) => {
    const test = await build(t)
    const gate = await startGate(t, test.config.MONGODB_URI)
    const share = { shareDatabaseOf: test, clock: test.clock }
    const held = await build(t, { ...share, env: { MONGODB_URI: gate.uri } })
    const reader = await build(t, share)
    const owner = await storeSession(test)
    for (const { app } of [test, held, reader]) await app.jobs.stop()
    for (const other of ['nothing', 'a change', 'a revocation'])
      for (let commands = 0, isBetween = true; isBetween; commands += 1) {
        const { apiKey, secret } = await createKey(test, owner, { scopes: ['me:read'] })
        const authorization = `Bearer ${secret}`
        const isStored = async () => {
          const stored = await test.app.db.ApiKey.findById(apiKey.id).lean()
          return stored?.prefix === apiKey.prefix && stored.scopes.includes('me:read')
        }
        const agree = async (when: string) => {
          // the last command that passed may still be under way
          const before = await isStored()
          const seen = await mayRead(reader, authorization)
          t.ok([before, await isStored()].includes(seen), `${when} ${commands} commands`)
        }
        // the key is remembered
        t.ok(await mayRead(reader, authorization))
        const url = `${KEYS}/${apiKey.id}`
        gate.hold()
        const work = watched(caller(held, owner)(method, url + path, body && { ...body, currentPassword: PASSWORD }))
        for (let count = 0; count < commands && isBetween; count += 1) isBetween = await gate.step(work)
        await gate.arrived(work)
        await agree('after')
        const change = { scopes: ['me:read', 'files:read'], currentPassword: PASSWORD }
        if (other === 'a change') await caller(test, owner)('PATCH', url, change)
        if (other === 'a revocation') await caller(test, owner)('DELETE', url)
        await agree(`after ${other} and`)
        gate.open()
        const { statusCode } = await work.done
        t.ok(statusCode < 300 || (statusCode === 404 && other === 'a revocation'), `${statusCode}`)
        await agree('at the end, after')
        if (other !== 'a change') t.notOk(await isStored())
      }
  })
