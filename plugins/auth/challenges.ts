import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import type { ChallengeDocument, MailedPurpose } from '../../models/challenge.js'
import type { Amr, Method } from '../../models/factor.js'
import type { Locale } from '../../models/locale.js'
import type { UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { localeOf } from '../http/accept-language.js'
import { sha256 } from '../keys.js'
import { type Answer, checkAnswer, type Owner, readAnswer } from './challenge-answers.js'
import { newCode } from './code.js'

declare module 'fastify' {
  interface FastifyInstance {
    challenges: ReturnType<typeof createChallenges>
  }
}

interface OpenOptions {
  purpose: MailedPurpose
  email: string
  /** The account that the challenge is about; null if none exists, and then no code matches. */
  user: Pick<UserDocument, '_id' | 'name' | 'locale' | 'authVersion'> | null
  /** The device that asks, if it has proven itself. */
  device?: string | undefined
  /** The methods that answer the challenge, if the account has factors of its own; then no code is mailed. */
  methods?: Method[] | undefined
  registration?: ChallengeDocument['registration']
  /** The mail to send: the code by default; a mail to `nobody` costs the same and isn't sent. */
  mail?: 'code' | 'nobody' | 'registration-attempt'
}

/** A consumed challenge, and the account that it is about; null if there is none yet. */
export interface Verified {
  challenge: ChallengeDocument
  owner: Owner | null
  /** The methods by which the person has authenticated. */
  amr: Amr[]
}

interface VerifyOptions {
  /** The account that the challenge must be about; an attempt by another account neither counts nor consumes the challenge. */
  userId?: Types.ObjectId
  /** Called for a wrong code of an open challenge, before the error is thrown. */
  onWrong?(refused: Omit<Verified, 'amr'>): Promise<void>
}

/** A challenge as its client sees it. */
interface PublicChallenge {
  challengeId: string
  expiresAt: string
  resendAvailableAt: string
}

const CHALLENGE_TTL = 30 * 60_000

const TEMPLATES = {
  registration: 'registration-code',
  login: 'login-code',
  'password-reset': 'password-reset-code',
  'email-change': 'email-change-code',
} as const

const toPublic = (
  challengeId: string,
  { codeExpiresAt, resendAvailableAt }: Pick<ChallengeDocument, 'codeExpiresAt' | 'resendAvailableAt'>,
): PublicChallenge => ({
  challengeId,
  expiresAt: codeExpiresAt.toISOString(),
  resendAvailableAt: resendAvailableAt.toISOString(),
})

/**
 * Creates the challenges: what mails codes, and checks the answer of every method (NIST SP 800-63B-4, 3.1.3.2, for the entropy, lifetime and
 * throttling of mailed codes).
 */
export function createChallenges(app: FastifyInstance) {
  const { Challenge, User } = app.db
  const { OTP_TTL, OTP_RESEND_COOLDOWN, OTP_MAX_ATTEMPTS } = app.config

  /** Binds a code to its challenge. The hash of a decoy looks like any other, and no code matches it. */
  const codeHashOf = (challengeId: string, purpose: MailedPurpose, code: string, isDecoy: boolean) =>
    app.keys.code.sign(challengeId, purpose, isDecoy ? randomBytes(32) : code).toString('base64url')

  const timesOf = (now: Date, end: Date) => ({
    codeExpiresAt: new Date(Math.min(now.getTime() + OTP_TTL, end.getTime())),
    resendAvailableAt: new Date(now.getTime() + OTP_RESEND_COOLDOWN),
  })

  const mailCode = (
    {
      email,
      userId,
      isDecoy,
      codeExpiresAt,
    }: Pick<ChallengeDocument, 'email' | 'userId' | 'isDecoy' | 'codeExpiresAt'>,
    template: (typeof TEMPLATES)[MailedPurpose] | 'registration-attempt',
    { name, locale }: { name: string; locale: Locale | undefined },
    code: string,
  ) =>
    app.mailer.send({
      template,
      to: isDecoy && template !== 'registration-attempt' ? null : email,
      locale,
      data: { name, code, minutes: Math.round(OTP_TTL / 60_000) },
      userId: userId?.toString() ?? null,
      expiresAt: codeExpiresAt,
    })

  /** Finds the account that a challenge is about, with one read even if none exists. */
  const findOwner = ({ userId, email }: ChallengeDocument) =>
    User.findOne(userId ? { _id: userId } : { email }, { name: 1, email: 1, locale: 1, factors: 1 }).lean()

  return {
    /**
     * Creates a challenge and queues its mail.
     * @throws Problem TOO_MANY_CODES if the address was sent too many codes
     */
    async open(
      request: FastifyRequest,
      { purpose, email, user, device, methods, registration = null, mail = 'code' }: OpenOptions,
    ): Promise<PublicChallenge> {
      const userId = user?._id ?? null
      const charge = await app.budgets.take(request, `send-${purpose}`, { email, proof: device, userId })
      const now = app.now()
      const challengeId = randomBytes(32).toString('base64url')
      const code = newCode()
      const expiresAt = new Date(now.getTime() + CHALLENGE_TTL)
      const isDecoy = mail !== 'code' || methods !== undefined
      const challenge = {
        _id: sha256(challengeId),
        purpose,
        addressKey: app.keys.pseudonym(email),
        email,
        ...(methods && { methods }),
        codeHash: codeHashOf(challengeId, purpose, code, isDecoy),
        ...timesOf(now, expiresAt),
        userId,
        device: device ?? null,
        charge,
        authVersion: user?.authVersion ?? null,
        registration,
        isDecoy,
        createdAt: now,
        expiresAt,
      }
      await Challenge.create(challenge)
      const template = mail === 'registration-attempt' ? mail : TEMPLATES[purpose]
      const reader = user
        ? { name: user.name, locale: user.locale }
        : { name: '', locale: localeOf(request.headers['accept-language']) }
      if (!methods) await mailCode(challenge, template, reader, code)
      return toPublic(challengeId, challenge)
    },

    /**
     * Replaces the code of a challenge and mails the new one; the attempts stay counted.
     * @throws Problem INVALID_CODE, TOO_MANY_CODES
     */
    async resend(request: FastifyRequest, challengeId: string): Promise<PublicChallenge> {
      const now = app.now()
      const open = {
        _id: sha256(challengeId),
        purpose: { $in: Object.keys(TEMPLATES) as MailedPurpose[] },
        // a challenge for factors has no code to send
        methods: { $exists: false },
        consumedAt: null,
        expiresAt: { $gt: now },
        attempts: { $lt: OTP_MAX_ATTEMPTS },
      }
      const challenge = await Challenge.findOne(open).lean()
      if (!challenge) throw new Problem('INVALID_CODE')
      const { email, userId, isDecoy, resendAvailableAt, expiresAt } = challenge
      const purpose = challenge.purpose as MailedPurpose
      const wait = (resendAvailableAt.getTime() - now.getTime()) / 1000
      if (wait > 0) throw new Problem('TOO_MANY_CODES', { retryAfter: wait })

      const owner = await findOwner(challenge)
      const proof = challenge.device ?? undefined
      const charge = await app.budgets.take(request, `send-${purpose}`, { email, proof, userId })
      const code = newCode()
      const renewed = await Challenge.findOneAndUpdate(
        { ...open, resendAvailableAt: { $lte: now } },
        { $set: { codeHash: codeHashOf(challengeId, purpose, code, isDecoy), charge, ...timesOf(now, expiresAt) } },
        { returnDocument: 'after' },
      ).lean()
      if (!renewed) {
        // a parallel request has replaced the code
        await app.budgets.giveBack(charge)
        throw new Problem('TOO_MANY_CODES', { retryAfter: OTP_RESEND_COOLDOWN / 1000 })
      }
      const reader = owner
        ? { name: owner.name, locale: owner.locale }
        : { name: '', locale: challenge.registration?.locale }
      await mailCode(renewed, TEMPLATES[purpose], reader, code)
      return toPublic(challengeId, renewed)
    },

    /**
     * Checks the answer to a challenge and consumes it. The attempt is counted before the comparison, and only one of several right answers
     * gets the challenge.
     * @throws Problem INVALID_CODE, VALIDATION_FAILED for text that can't be a code, which isn't counted
     */
    async verify(
      request: FastifyRequest,
      purpose: MailedPurpose,
      { challengeId, ...answer }: { challengeId: string } & Answer,
      { userId, onWrong }: VerifyOptions = {},
    ): Promise<Verified> {
      const given = readAnswer(answer)
      const now = app.now()
      const open = { _id: sha256(challengeId), purpose, consumedAt: null, ...(userId && { userId }) }
      const refuse = async (targetId: ChallengeDocument['userId']) => {
        await app.audit.record(request, {
          action: 'code.refused',
          targetId,
          outcome: 'failure',
          details: { purpose },
        })
        throw new Problem('INVALID_CODE')
      }
      const challenge = await Challenge.findOneAndUpdate(
        { ...open, attempts: { $lt: OTP_MAX_ATTEMPTS }, codeExpiresAt: { $gt: now }, expiresAt: { $gt: now } },
        { $inc: { attempts: 1 } },
        { returnDocument: 'after' },
      ).lean()
      if (!challenge) {
        // a code that was seen to have expired stays so, even if the clock is set back
        const unmatched = codeHashOf(challengeId, purpose, given.code, true)
        await Challenge.updateOne({ ...open, codeExpiresAt: { $lte: now } }, { $set: { codeHash: unmatched } })
        return refuse(null)
      }

      const { codeHash, charge } = challenge
      const owner = await findOwner(challenge)
      const verified = { challenge, owner }
      const checked = await checkAnswer(request, challengeId, challenge, owner, given)
      if (!checked) {
        await onWrong?.(verified)
        return refuse(challenge.userId)
      }
      // the code must not have been replaced since it was compared
      const { modifiedCount } = await Challenge.updateOne(
        { ...open, codeHash },
        { $set: { consumedAt: now, registration: null } },
      )
      if (modifiedCount === 0) return refuse(challenge.userId)
      const { amr, assertion } = checked
      if (assertion && !(await app.passkeys.use(request, owner as Owner, assertion))) return refuse(challenge.userId)
      await app.budgets.giveBack(charge)
      return { ...verified, amr }
    },
  }
}

/** Decorates `challenges`. */
export default fp(
  async (app) => {
    app.decorate('challenges', createChallenges(app))
  },
  {
    name: 'challenges',
    dependencies: ['audit', 'budgets', 'clock', 'config', 'db', 'factors', 'keys', 'mailer', 'passkeys'],
  },
)
