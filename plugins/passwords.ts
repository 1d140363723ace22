import { createHash, createHmac, randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { dictionary } from '@zxcvbn-ts/language-common'
import bcrypt from 'bcrypt'
import fp from 'fastify-plugin'
import pLimit from 'p-limit'
import type { PasswordHash } from '../models/user.js'
import { Problem } from '../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: Passwords
  }
}

export interface Passwords {
  /** Hashes a new password by the current scheme, cost and pepper. */
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

/** More than the four threads of libuv's pool would hold up files and names; so a few at once, and few that wait. */
const CONCURRENCY = Math.min(availableParallelism(), 3)
const MAX_WAITING = CONCURRENCY * 10

const COMMON = new Set(dictionary['passwords-common'])
const BCRYPT_FORM = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/
const BREACH_CHECK_MS = 2_000

const reasons = {
  short: (least: number) => `Use at least ${least} characters.`,
  common: 'This password is common, or has been found in breaches.',
  context: 'The password must not contain your name, your e-mail address or the name of this service.',
}

/** Whether all of it is one listed password, repeated or with a few digits or signs around it, or a plain run of characters. */
function isCommon(password: string): boolean {
  const folded = password.normalize('NFKC').toLowerCase()
  const core = folded.replace(/^[^\p{L}]{1,5}/u, '').replace(/[^\p{L}]{1,5}$/u, '')
  const unit = /^(.+?)\1+$/su.exec(folded)?.[1]
  if (COMMON.has(folded) || (core.length >= 4 && COMMON.has(core))) return true
  if (unit !== undefined && (unit.length <= 3 || COMMON.has(unit))) return true
  const points = [...folded].map((character) => character.codePointAt(0) as number)
  return [1, -1].some((step) =>
    points.every((point, i) => i === 0 || point - (points[i - 1] as number) === step || point === 48),
  )
}

function containsContext(password: string, { email, name }: { email: string; name: string }): boolean {
  const folded = password.normalize('NFKC').toLowerCase()
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const words = [
    email.toLowerCase(),
    local,
    domain,
    domain.split('.')[0] ?? '',
    'coffer',
    ...name.toLowerCase().split(/\s+/),
  ]
  return words.some((word) => [...word].length >= 4 && folded.includes(word))
}

/** Asks the range API by the first five digits of the SHA-1 (k-anonymity); a service that doesn't answer refuses nobody. */
async function isBreached(password: string, onFailure: (error: unknown) => void): Promise<boolean> {
  const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
  try {
    const response = await fetch(`https://api.pwnedpasswords.com/range/${digest.slice(0, 5)}`, {
      headers: { 'add-padding': 'true' },
      redirect: 'error',
      signal: AbortSignal.timeout(BREACH_CHECK_MS),
    })
    if (!response.ok) throw new Error(`the breach list answered ${response.status}`)
    return (await response.text())
      .split('\r\n')
      .some((line) => line.startsWith(`${digest.slice(5)}:`) && !line.endsWith(':0'))
  } catch (error) {
    onFailure(error)
    return false
  }
}

/** Decorates `passwords`. */
export default fp(
  async (app) => {
    const { BCRYPT_ROUNDS, PASSWORD_BREACH_CHECK, PASSWORD_MIN_LENGTH, PASSWORD_PEPPER } = app.config
    const peppers = new Map(
      PASSWORD_PEPPER.map((pepper) => [
        createHash('sha256').update(`pepper:${pepper}`).digest('hex').slice(0, 8),
        pepper,
      ]),
    )
    const [currentPepperId] = peppers.keys() as Iterable<string> as [string]
    // of the form of a hash, and of no password
    const decoy = `${bcrypt.genSaltSync(BCRYPT_ROUNDS)}${randomBytes(24).toString('hex').slice(0, 31)}`

    const limit = pLimit(CONCURRENCY)
    const bounded = <T>(work: () => Promise<T>): Promise<T> => {
      if (limit.pendingCount >= MAX_WAITING) throw new Problem('OVERLOADED', { retryAfter: 2 })
      return limit(work)
    }

    /** bcrypt reads 72 bytes at most; 48 bytes in base64 are 64, whatever the length of the password. */
    const peppered = (password: string, pepper: string) =>
      createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64')

    app.decorate('passwords', {
      async hash(password) {
        const input = peppered(password, peppers.get(currentPepperId) as string)
        const hash = await bounded(() => bcrypt.hash(input, BCRYPT_ROUNDS))
        return { scheme: 'bcrypt-hmac-sha384', cost: BCRYPT_ROUNDS, pepperId: currentPepperId, hash }
      },

      async verify(password, stored) {
        const pepper = stored?.pepperId ? peppers.get(stored.pepperId) : undefined
        const isPlain = stored?.scheme === 'bcrypt'
        const usable = stored && BCRYPT_FORM.test(stored.hash) && (isPlain || pepper !== undefined)
        const input = isPlain ? password : peppered(password, pepper ?? '')
        // $2y$ is what PHP calls $2b$
        const hash = usable ? stored.hash.replace(/^\$2y/, '$2b') : decoy
        const matches = await bounded(() => bcrypt.compare(input, hash))
        return {
          matches: matches && usable === true,
          outdated: isPlain || stored?.pepperId !== currentPepperId || stored.cost < BCRYPT_ROUNDS,
        }
      },

      async requireStrong(password, owner) {
        const refuse = (detail: string) => {
          throw new Problem('PASSWORD_TOO_WEAK', { detail })
        }
        if ([...password.normalize('NFC')].length < PASSWORD_MIN_LENGTH) refuse(reasons.short(PASSWORD_MIN_LENGTH))
        if (isCommon(password)) refuse(reasons.common)
        if (containsContext(password, owner)) refuse(reasons.context)
        if (PASSWORD_BREACH_CHECK && (await isBreached(password, (err) => app.log.warn({ err }, 'breach check')))) {
          refuse(reasons.common)
        }
      },
    })
  },
  { name: 'passwords', dependencies: ['config'] },
)
