import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build, Clock, challenge, login, newEmail, PASSWORD, post } from '../support/app.js'

const MINUTE = 60_000

t.test('a code that was used or seen to have expired stays dead when the clock goes back', async (t) => {
  const clock = new Clock()
  const test = await build(t, { clock })
  const verify = ({ challengeId, code }: { challengeId: string; code: string }) =>
    post(test.app, '/v1/auth/register/verify', { challengeId, code })

  const late = await challenge(test, 'register', { email: newEmail(), password: PASSWORD, name: 'Ada' })
  clock.advance(5 * MINUTE + 1000)
  t.equal((await verify(late)).json().code, 'INVALID_CODE')
  clock.advance(-5 * MINUTE)
  t.equal((await verify(late)).json().code, 'INVALID_CODE')

  const used = await challenge(test, 'register', { email: newEmail(), password: PASSWORD, name: 'Ada' })
  t.equal((await verify(used)).statusCode, 200)
  clock.advance(-5 * MINUTE)
  t.equal((await verify(used)).json().code, 'INVALID_CODE')
})

t.test('an access token ends at its time, by the clock of the server that is asked', async (t) => {
  const slow = new Clock()
  const fast = new Clock()
  const test = await build(t, { clock: slow })
  const other = await build(t, { clock: fast, shareDatabaseOf: test })
  const { bearer } = await login(test)
  const status = async ({ app }: { app: FastifyInstance }) =>
    (await app.inject({ url: '/v1/users/me', headers: bearer })).statusCode
  fast.advance(10 * MINUTE)
  t.equal(await status(other), 200, 'ten minutes ahead')
  fast.advance(5 * MINUTE)
  t.equal(await status(other), 401, 'a quarter of an hour ahead')
  t.equal(await status(test), 200)
  slow.advance(-5 * MINUTE)
  t.equal(await status(test), 200, 'five minutes behind')
})
