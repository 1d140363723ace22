import { createHash, createHmac, randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import bcrypt from 'bcrypt'
import fp from 'fastify-plugin'
import pLimit from 'p-limit'
import { Counter, Gauge } from 'prom-client'
import type { PasswordHash } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: Passwords
  }
}

export interface Passwords {
  /**
   * Hashes a new password by the current scheme, cost and pepper.
   * @throws Problem OVERLOADED where too many hashes wait already; so does `verify`
   */
  hash(password: string): Promise<PasswordHash>
  /**
   * Compares; costs one hash also where there is nothing to compare with (`stored` undefined).
   * @returns whether it matches, and whether it should be hashed anew (older pepper, lower cost, plain bcrypt)
   */
  verify(password: string, stored: PasswordHash | undefined): Promise<{ matches: boolean; outdated: boolean }>
  /**
   * Refuses what is too short, common, breached or made of the owner's own data; NIST SP 800-63B-4, 3.1.1.2.
   * @throws Problem PASSWORD_TOO_WEAK with the reason
   */
  requireStrong(password: string, owner: { email: string; name: string }): Promise<void>
}

/** As many as libuv's pool has threads (four) would hold up files and names. */
export const CONCURRENCY = Math.min(availableParallelism(), 3)
/** At cost 12 the last of them waits for some six seconds. */
export const MAX_WAITING = CONCURRENCY * 25

/** A hash of bcrypt with a cost that an attempt can afford. */
export const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/

let loaded: Promise<Set<string>> | undefined

/** Unpacked when it's first needed. */
const commonPasswords = () => {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return loaded
}
const RUNS = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
].map((run) => run.repeat(52))
export const BREACH_CHECK_MS = 2_000

const reasons = {
  short: (least: number) => `Use at least ${least} characters.`,
  common: 'This password is common, or has been found in breaches.',
  context: 'The password must not contain your name, your e-mail address or the name of this service.',
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** Whether all of it is one listed password, repeated or among digits and signs, or a run of neighbours, either way. */
async function isCommon(password: string): Promise<boolean> {
  const common = await commonPasswords()
  const folded = fold(password)
  const core = folded.replace(/^\P{L}+/u, '').replace(/\P{L}+$/u, '')
  const unit = /^(.+?)\1+$/su.exec(folded)?.[1]
  if (common.has(folded) || (core.length >= 4 && common.has(core))) return true
  if (unit !== undefined && (unit.length <= 3 || common.has(unit))) return true
  const reversed = [...folded].reverse().join('')
  return RUNS.some((run) => run.includes(folded) || run.includes(reversed))
}

function containsContext(password: string, { email, name }: { email: string; name: string }): boolean {
  const folded = fold(password)
  const words = fold(`${email} ${email.replace(/[@.]/g, ' ')} ${name} coffer`).split(/\s+/)
  return words.some((word) => [...word].length >= 4 && folded.includes(word))
}

/** Whether the answer of a range API (one suffix of a SHA-1 and its count a line, padded with counts of 0) names the password. */
const names = (range: string, suffix: string) =>
  range.split(/\r?\n/).some((line) => line.startsWith(`${suffix}:`) && !line.endsWith(':0'))

/**
 * Decorates `passwords`.
 * `breachList` is the range API (k-anonymity: it's told the first five digits of the SHA-1) that is asked where
 * `PASSWORD_BREACH_CHECK` is on; a list that doesn't answer in time refuses nobody.
 */
export default fp<{ breachList?: string }>(
  async (app, { breachList = 'https://api.pwnedpasswords.com/range/' }) => {
    const { BCRYPT_ROUNDS, PASSWORD_BREACH_CHECK, PASSWORD_MIN_LENGTH, PASSWORD_PEPPER } = app.config
    const idOf = (pepper: string) => createHash('sha256').update(`pepper:${pepper}`).digest('hex').slice(0, 8)
    const peppers = new Map(PASSWORD_PEPPER.map((pepper) => [idOf(pepper), pepper]))
    const [[currentPepperId, currentPepper]] = peppers as Iterable<[string, string]> as [[string, string]]

    const limit = pLimit(CONCURRENCY)
    const bounded = <T>(work: () => Promise<T>): Promise<T> => {
      if (limit.pendingCount >= MAX_WAITING) {
        refused.inc()
        throw new Problem('OVERLOADED', { retryAfter: 2 })
      }
      return limit(work)
    }
    const registers = [app.metrics.registry]
    const refused = new Counter({
      name: 'coffer_hashes_refused_total',
      help: 'Hashes for which there was no room.',
      registers,
    })
    new Gauge({
      name: 'coffer_hashes',
      help: 'Password hashes that run and that wait.',
      labelNames: ['state'],
      registers,
      collect() {
        this.set({ state: 'running' }, limit.activeCount)
        this.set({ state: 'waiting' }, limit.pendingCount)
      },
    })

    /** Of the form of a hash, and of no password. */
    const decoy = (cost: number) => `${bcrypt.genSaltSync(cost)}${randomBytes(24).toString('hex').slice(0, 31)}`
    const nobody = decoy(BCRYPT_ROUNDS)

    /** bcrypt reads 72 bytes at most; 48 bytes in base64 are 64, whatever the length of the password. */
    const peppered = (password: string, pepper: string) =>
      createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64')

    /** What bcrypt is to compare; undefined where the stored hash can't be used. */
    const readable = (password: string, { scheme, pepperId, hash }: PasswordHash) => {
      if (!BCRYPT_HASH.test(hash)) return undefined
      // $2y$ is what PHP calls $2b$
      if (scheme === 'bcrypt') return { input: password, hash: hash.replace(/^\$2y/, '$2b') }
      const pepper = peppers.get(pepperId as string)
      return pepper === undefined ? undefined : { input: peppered(password, pepper), hash }
    }

    const isBreached = async (password: string): Promise<boolean> => {
      const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
      try {
        const response = await fetch(new URL(digest.slice(0, 5), breachList), {
          headers: { 'add-padding': 'true' },
          redirect: 'error',
          signal: AbortSignal.timeout(BREACH_CHECK_MS),
        })
        if (!response.ok) throw new Error(`the breach list answered ${response.status}`)
        return names(await response.text(), digest.slice(5))
      } catch (error) {
        app.log.warn({ err: error }, 'A password was not compared with the breach list')
        return false
      }
    }

    app.decorate('passwords', {
      async hash(password) {
        const hash = await bounded(() => bcrypt.hash(peppered(password, currentPepper), BCRYPT_ROUNDS))
        return { scheme: 'bcrypt-hmac-sha384', cost: BCRYPT_ROUNDS, pepperId: currentPepperId, hash }
      },

      async verify(password, stored) {
        const known = stored && readable(password, stored)
        const { input, hash } = known ?? { input: peppered(password, currentPepper), hash: nobody }
        const cost = bcrypt.getRounds(hash)
        const matches = await bounded(async () => {
          const matches = await bcrypt.compare(input, hash)
          // a hash of lower cost takes as long as that of an unknown account: the rest of 2^cost rounds is made up
          for (let i = cost; i < BCRYPT_ROUNDS; i++) await bcrypt.compare(input, decoy(i))
          return matches
        })
        return {
          matches: matches && known !== undefined,
          outdated: stored?.pepperId !== currentPepperId || cost < BCRYPT_ROUNDS,
        }
      },

      async requireStrong(password, owner) {
        const refuse = (detail: string) => {
          throw new Problem('PASSWORD_TOO_WEAK', { detail })
        }
        if ([...password.normalize('NFC')].length < PASSWORD_MIN_LENGTH) refuse(reasons.short(PASSWORD_MIN_LENGTH))
        if (await isCommon(password)) refuse(reasons.common)
        if (containsContext(password, owner)) refuse(reasons.context)
        if (PASSWORD_BREACH_CHECK && (await isBreached(password))) refuse(reasons.common)
      },
    })
  },
  { name: 'passwords', dependencies: ['config', 'metrics'] },
)
