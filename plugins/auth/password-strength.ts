import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../openapi/errors.js'

export const BREACH_CHECK_MS = 2_000

const RUNS = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
].map((run) => run.repeat(52))

const REASONS = {
  short: (least: number) => `Use at least ${least} characters.`,
  common: 'This password is common, or has been found in breaches.',
  context: 'The password must not contain your name, your e-mail address or the name of this service.',
}

let loaded: Promise<Set<string>> | undefined

/** Loads the list of common passwords, at its first use. */
const commonPasswords = () => {
  loaded ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return loaded
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** Returns whether a password is a listed one, alone, repeated or between digits and signs, or a run of neighbours either way. */
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

/** Returns whether the answer of a range API lists a suffix. A line is a suffix of a SHA-1 and its count; padding has the count 0. */
const lists = (range: string, suffix: string) =>
  range.split(/\r?\n/).some((line) => line.startsWith(`${suffix}:`) && !line.endsWith(':0'))

/**
 * Creates the check of new passwords (NIST SP 800-63B-4, 3.1.1.2).
 * @param breachList a range API (k-anonymity: it gets the first five digits of the SHA-1), asked if `PASSWORD_BREACH_CHECK` is on; if
 * it doesn't answer in time, the password passes
 */
export function createStrengthCheck(app: FastifyInstance, breachList: string) {
  const { PASSWORD_BREACH_CHECK, PASSWORD_MIN_LENGTH } = app.config

  async function isBreached(password: string): Promise<boolean> {
    const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
    try {
      const response = await fetch(new URL(digest.slice(0, 5), breachList), {
        headers: { 'add-padding': 'true' },
        redirect: 'error',
        signal: AbortSignal.timeout(BREACH_CHECK_MS),
      })
      if (!response.ok) throw new Error(`the breach list answered ${response.status}`)
      return lists(await response.text(), digest.slice(5))
    } catch (error) {
      app.log.warn({ err: error }, 'A password was not compared with the breach list')
      return false
    }
  }

  /**
   * Refuses a password that is too short, common, breached or made of the owner's own data.
   * @throws Problem PASSWORD_TOO_WEAK with the reason
   */
  return async function requireStrong(password: string, owner: { email: string; name: string }): Promise<void> {
    const refuse = (detail: string) => {
      throw new Problem('PASSWORD_TOO_WEAK', { detail })
    }
    if ([...password.normalize('NFC')].length < PASSWORD_MIN_LENGTH) refuse(REASONS.short(PASSWORD_MIN_LENGTH))
    if (await isCommon(password)) refuse(REASONS.common)
    if (containsContext(password, owner)) refuse(REASONS.context)
    if (PASSWORD_BREACH_CHECK && (await isBreached(password))) refuse(REASONS.common)
  }
}
