import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import bcrypt from 'bcrypt'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import pLimit from 'p-limit'
import { Counter, Gauge } from 'prom-client'
import type { PasswordHash } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { type Derive, derivationOf, IMPORTED_COST, MAX_PROFILES, readImportedHash } from './imported-hashes.js'
import { createStrengthCheck } from './password-strength.js'

declare module 'fastify' {
  interface FastifyInstance {
    passwords: ReturnType<typeof createPasswords>
  }
}

/** Hashes at once. As many as libuv's pool has threads (four) would hold up file and name look-ups. */
export const CONCURRENCY = Math.min(availableParallelism(), 3)
/** Hashes that wait, at most; at cost 12 the last of them waits for about six seconds. */
export const MAX_WAITING = CONCURRENCY * 25

/** A bcrypt hash whose cost an attempt can afford: 4 to 16. */
export const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/
const MAX_COST = 16
/** Age at which the kinds of imported hashes are read anew, because an import has run meanwhile. */
const PROFILES_MS = 60_000
const DECOY_SALT_BYTES = 16

/** bcrypt ignores what follows; a longer password would match the hash of its beginning. */
const BCRYPT_MAX_BYTES = 72

export const pepperIdOf = (pepper: string) => createHash('sha256').update(`pepper:${pepper}`).digest('hex').slice(0, 8)

/** Returns what bcrypt hashes: it reads 72 bytes at most, and the HMAC in base64 has 64, however long the password is. */
const peppered = (password: string, pepper: string) =>
  createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64')

/** Returns text of the form of a hash, which no password matches. */
const decoy = (cost: number) => `${bcrypt.genSaltSync(cost)}${randomBytes(24).toString('hex').slice(0, 31)}`

/** Creates a queue of hashes: few run at once and some more wait. @throws Problem OVERLOADED if too many wait */
function createQueue({ metrics }: FastifyInstance) {
  const limit = pLimit(CONCURRENCY)
  const registers = [metrics.registry]
  const refused = new Counter({
    name: 'coffer_hashes_refused_total',
    help: 'Hashes that were refused because too many waited.',
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
  return <T>(work: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= MAX_WAITING) {
      refused.inc()
      throw new Problem('OVERLOADED', { retryAfter: 2 })
    }
    return limit(work)
  }
}

/** Creates the hashing of passwords: bcrypt over an HMAC under a server-held pepper. */
export function createPasswords(app: FastifyInstance, breachList: string) {
  const { BCRYPT_ROUNDS, PASSWORD_PEPPER } = app.config
  const peppers = new Map(PASSWORD_PEPPER.map((pepper) => [pepperIdOf(pepper), pepper]))
  const [[currentPepperId, currentPepper]] = peppers as Iterable<[string, string]> as [[string, string]]
  const queued = createQueue(app)
  // the cost of every comparison: that of the costliest hash, which the import of accounts or a lowered BCRYPT_ROUNDS may have left
  let highest = BCRYPT_ROUNDS

  /** The derivations of the kinds of imported hashes that the database holds, one of each of which every comparison computes. */
  const derivations = new Map<string, Derive>()

  /** Learns of a kind, which costs every comparison a derivation from then on; ignores one that can't be used. */
  function learn(profile: string) {
    const derivation = derivationOf(profile)
    if (derivation && derivations.size < MAX_PROFILES) derivations.set(profile, derivation.derive)
  }

  async function readProfiles() {
    const instance = await app.db.Instance.findOne({ _id: 'instance' }, { passwordProfiles: 1 }).lean()
    for (const profile of instance?.passwordProfiles ?? []) if (!derivations.has(profile)) learn(profile)
  }

  /** Forgets the kinds of which no hash is left, so that they cost nothing any more. */
  async function forgetProfiles() {
    for (const profile of derivations.keys()) {
      if (await app.db.User.exists({ 'password.cost': IMPORTED_COST, 'password.profile': profile })) continue
      await app.db.Instance.updateOne({ _id: 'instance' }, { $pull: { passwordProfiles: profile } })
      derivations.delete(profile)
    }
  }

  /* c8 ignore next 3 -- a minute after the start */
  const reader = setInterval(() => {
    readProfiles().catch((error) => app.log.warn({ err: error }, 'The kinds of imported hashes could not be read'))
  }, PROFILES_MS).unref()
  app.addHook('onClose', async () => clearInterval(reader))

  app.addHook('onReady', async () => {
    await readProfiles()
    await forgetProfiles()
    const costliest = { 'password.cost': { $gt: highest, $lte: MAX_COST } }
    const user = await app.db.User.findOne(costliest, { password: 1 }).sort({ 'password.cost': -1 }).lean()
    if (user) highest = user.password.cost
  })

  /** Returns what bcrypt compares; undefined if the stored hash can't be used. */
  function toComparison(password: string, { scheme, pepperId, hash }: PasswordHash) {
    if (scheme === 'imported' || !BCRYPT_HASH.test(hash)) return undefined
    if (scheme === 'bcrypt') {
      if (Buffer.byteLength(password) > BCRYPT_MAX_BYTES) return undefined
      // PHP names 2b hashes 2y
      return { input: password, hash: hash.replace(/^\$2y/, '$2b') }
    }
    const pepper = peppers.get(pepperId as string)
    return pepper === undefined ? undefined : { input: peppered(password, pepper), hash }
  }

  /** Returns true if the password has the imported hash. Every kind that the database holds is computed, for every account. */
  async function compareImported(password: string, stored: PasswordHash | undefined): Promise<boolean> {
    const own = stored?.scheme === 'imported' ? stored : undefined
    const { salt, hash } = readImportedHash(own?.hash ?? '')
    let matches = false
    for (const [profile, derive] of derivations) {
      const isOwn = profile === own?.profile
      const derived = await derive(password, isOwn ? salt : randomBytes(DECOY_SALT_BYTES))
      if (isOwn) matches = derived.length === hash.length && timingSafeEqual(derived, hash)
    }
    return matches
  }

  return {
    requireStrong: createStrengthCheck(app, breachList),

    /**
     * Hashes a new password by the current scheme, cost and pepper.
     * @throws Problem OVERLOADED if too many hashes wait
     */
    async hash(password: string): Promise<PasswordHash> {
      const hash = await queued(() => bcrypt.hash(peppered(password, currentPepper), BCRYPT_ROUNDS))
      return { scheme: 'bcrypt-hmac-sha384', cost: BCRYPT_ROUNDS, pepperId: currentPepperId, hash }
    },

    /**
     * Compares a password with a stored hash. Every comparison costs the same, also if there is no hash to compare with.
     * @returns whether it matches, and whether it is to be hashed again (older pepper, another cost, plain bcrypt)
     * @throws Problem OVERLOADED if too many hashes wait
     */
    async verify(password: string, stored: PasswordHash | undefined): Promise<{ matches: boolean; outdated: boolean }> {
      const known = stored && toComparison(password, stored)
      const { input, hash } = known ?? { input: peppered(password, currentPepper), hash: decoy(highest) }
      const rounds = bcrypt.getRounds(hash)
      // another process may use a higher BCRYPT_ROUNDS
      highest = Math.max(highest, rounds)
      const most = highest
      // another process has just imported it
      if (stored?.profile !== undefined && !derivations.has(stored.profile)) learn(stored.profile)
      const isMatch = await queued(async () => {
        const matches = (await bcrypt.compare(input, hash)) && known !== undefined
        // a hash of lower cost takes as long as that of an unknown account: the rest of 2^cost rounds is added
        for (let i = rounds; i < most; i++) await bcrypt.compare(input, decoy(i))
        const matchesImported = await compareImported(password, stored)
        return matches || matchesImported
      })
      return {
        matches: isMatch,
        outdated: stored?.pepperId !== currentPepperId || rounds !== BCRYPT_ROUNDS,
      }
    },
  }
}

/** Decorates `passwords`; `breachList` is the address of the range API. */
export default fp<{ breachList?: string }>(
  async (app, { breachList = 'https://api.pwnedpasswords.com/range/' }) => {
    app.decorate('passwords', createPasswords(app, breachList))
  },
  { name: 'passwords', dependencies: ['config', 'db', 'metrics'] },
)
