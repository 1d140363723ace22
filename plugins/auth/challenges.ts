import { randomBytes, randomInt } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ChallengeDocument, MailedPurpose, Purpose } from '../../models/challenge.js'
import type { UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { sha256 } from '../keys.js'
import { digitsOf } from './code.js'

declare module 'fastify' {
  interface FastifyInstance {
    challenges: Challenges
  }
}

interface OpenOptions {
  purpose: MailedPurpose
  email: string
  /** The account that the challenge is about; null where there is none, and then no code can match. */
  user: Pick<UserDocument, '_id' | 'name' | 'authVersion'> | null
  /** The device that asks, if it has proven itself; see Devices. */
  device?: string | undefined
  registration?: ChallengeDocument['registration']
  /** What is mailed: by default the code; `nobody` costs the same and reaches nobody. */
  mail?: 'code' | 'nobody' | 'registration-attempt'
}

/** A consumed challenge, and whose account it's about; null where it's about none yet. */
export interface Verified {
  challenge: ChallengeDocument
  owner: Pick<UserDocument, '_id' | 'name'> | null
}

/** What a challenge shows. */
interface PublicChallenge {
  challengeId: string
  expiresAt: string
  resendAvailableAt: string
}

export interface Challenges {
  /**
   * Makes a challenge and queues its code for mailing.
   * @throws Problem TOO_MANY_CODES where the address had too many already
   */
  open(request: FastifyRequest, options: OpenOptions): Promise<PublicChallenge>
  /**
   * Kills the code of a challenge and mails a new one; the count of attempts stays.
   * @throws Problem INVALID_CODE, TOO_MANY_CODES
   */
  resend(request: FastifyRequest, challengeId: string): Promise<PublicChallenge>
  /**
   * Checks a code and consumes its challenge: the attempt is counted before the comparison, and only one of many right
   * answers gets the challenge.
   * @param onWrong what to do about a wrong code of a living challenge, before the error is thrown
   * @throws Problem INVALID_CODE, VALIDATION_FAILED for what can't be a code, which is not counted
   */
  verify(
    request: FastifyRequest,
    purpose: MailedPurpose,
    answer: { challengeId: string; code: string },
    onWrong?: (refused: Verified) => Promise<void>,
  ): Promise<Verified>
  /** Makes the single-use token that follows a verified reset code. */
  issueResetToken(challenge: ChallengeDocument): Promise<{ resetToken: string; expiresAt: string }>
  /** The living challenge of a reset token, not yet consumed. */
  findResetToken(resetToken: string): Promise<ChallengeDocument | null>
  /** Consumes it; false where another request was first. */
  consumeResetToken(challenge: ChallengeDocument): Promise<boolean>
}

const CHALLENGE_TTL = 30 * 60_000
const RESET_TOKEN_TTL = 15 * 60_000

const TEMPLATES = {
  registration: 'registration-code',
  login: 'login-code',
  'password-reset': 'password-reset-code',
  'email-change': 'email-change-code',
} as const

type CodeTemplate = (typeof TEMPLATES)[MailedPurpose] | 'registration-attempt'

/** Decorates `challenges`: every mailed code (NIST SP 800-63B-4, 3.1.3.2 for its entropy, life and throttling). */
export default fp(
  async (app) => {
    const { Challenge, User } = app.db
    const { OTP_TTL, OTP_RESEND_COOLDOWN, OTP_MAX_ATTEMPTS } = app.config

    const newCode = () => randomInt(1_000_000).toString().padStart(6, '0')

    /** An unknown account's challenge looks like any other, and no code matches it. */
    const codeHashOf = (challengeId: string, purpose: Purpose, code: string, isDecoy: boolean) =>
      app.keys.code.sign(challengeId, purpose, isDecoy ? randomBytes(32) : code).toString('base64url')

    const times = (now: Date, end: Date) => ({
      codeExpiresAt: new Date(Math.min(now.getTime() + OTP_TTL, end.getTime())),
      resendAvailableAt: new Date(now.getTime() + OTP_RESEND_COOLDOWN),
    })

    const show = (challengeId: string, { codeExpiresAt, resendAvailableAt }: ChallengeDocument): PublicChallenge => ({
      challengeId,
      expiresAt: codeExpiresAt.toISOString(),
      resendAvailableAt: resendAvailableAt.toISOString(),
    })

    const mailCode = (challenge: ChallengeDocument, template: CodeTemplate, name: string, code: string) =>
      app.mailer.send({
        template,
        to: challenge.isDecoy && template !== 'registration-attempt' ? null : challenge.email,
        data: { name, code, minutes: Math.round(OTP_TTL / 60_000) },
        expiresAt: challenge.codeExpiresAt,
      })

    /** One read whether or not there is an account. */
    const findOwner = ({ userId, email }: ChallengeDocument) =>
      User.findOne(userId ? { _id: userId } : { email }, { name: 1 }).lean()

    app.decorate('challenges', {
      async open(request, { purpose, email, user, device, registration = null, mail = 'code' }) {
        const addressKey = app.keys.pseudonym(email)
        const userId = user?._id ?? null
        const charge = await app.budgets.take(request, `send-${purpose}`, { addressKey, proof: device, userId })
        const now = app.now()
        const challengeId = randomBytes(32).toString('base64url')
        const code = newCode()
        const isDecoy = mail !== 'code'
        const expiresAt = new Date(now.getTime() + CHALLENGE_TTL)
        const challenge: ChallengeDocument = {
          _id: sha256(challengeId),
          purpose,
          addressKey,
          email,
          codeHash: codeHashOf(challengeId, purpose, code, isDecoy),
          ...times(now, expiresAt),
          attempts: 0,
          userId,
          device: device ?? null,
          charge,
          authVersion: user?.authVersion ?? null,
          registration,
          isDecoy,
          createdAt: now,
          expiresAt,
          consumedAt: null,
        }
        // by the driver itself: nothing here is to be cast
        await Challenge.collection.insertOne(challenge as never)
        const template = mail === 'registration-attempt' ? mail : TEMPLATES[purpose]
        await mailCode(challenge, template, user?.name ?? '', code)
        return show(challengeId, challenge)
      },

      async resend(request, challengeId) {
        const now = app.now()
        const alive = {
          _id: sha256(challengeId),
          purpose: { $in: Object.keys(TEMPLATES) as MailedPurpose[] },
          consumedAt: null,
          expiresAt: { $gt: now },
          attempts: { $lt: OTP_MAX_ATTEMPTS },
        }
        const challenge = await Challenge.findOne(alive).lean()
        if (!challenge) throw new Problem('INVALID_CODE')
        const { addressKey, isDecoy, resendAvailableAt, expiresAt } = challenge
        const purpose = challenge.purpose as MailedPurpose
        const wait = (resendAvailableAt.getTime() - now.getTime()) / 1000
        if (wait > 0) throw new Problem('TOO_MANY_CODES', { retryAfter: wait })

        const user = await findOwner(challenge)
        const proof = challenge.device ?? undefined
        const charge = await app.budgets.take(request, `send-${purpose}`, {
          addressKey,
          proof,
          userId: challenge.userId,
        })
        const code = newCode()
        const renewed = await Challenge.findOneAndUpdate(
          { ...alive, resendAvailableAt: { $lte: now } },
          { $set: { codeHash: codeHashOf(challengeId, purpose, code, isDecoy), charge, ...times(now, expiresAt) } },
          { returnDocument: 'after' },
        ).lean()
        if (!renewed) {
          // another resend was first
          await app.budgets.giveBack(charge)
          throw new Problem('TOO_MANY_CODES', { retryAfter: OTP_RESEND_COOLDOWN / 1000 })
        }
        await mailCode(renewed, TEMPLATES[purpose], user?.name ?? '', code)
        return show(challengeId, renewed)
      },

      async verify(request, purpose, { challengeId, ...typed }, onWrong) {
        const code = digitsOf(typed.code)
        const now = app.now()
        const alive = { _id: sha256(challengeId), purpose, consumedAt: null }
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
          { ...alive, attempts: { $lt: OTP_MAX_ATTEMPTS }, codeExpiresAt: { $gt: now }, expiresAt: { $gt: now } },
          { $inc: { attempts: 1 } },
          { returnDocument: 'after' },
        ).lean()
        if (!challenge) {
          // once seen to have expired, a code stays so whatever becomes of the clock
          const dead = codeHashOf(challengeId, purpose, code, true)
          await Challenge.updateOne({ ...alive, codeExpiresAt: { $lte: now } }, { $set: { codeHash: dead } })
          return refuse(null)
        }

        const { codeHash, userId, charge } = challenge
        const verified = { challenge, owner: await findOwner(challenge) }
        if (!app.keys.code.verify(Buffer.from(codeHash, 'base64url'), challengeId, purpose, code)) {
          await onWrong?.(verified)
          return refuse(userId)
        }
        // the code that was compared must still be the living one
        const { modifiedCount } = await Challenge.updateOne(
          { ...alive, codeHash },
          { $set: { consumedAt: now, registration: null } },
        )
        if (modifiedCount === 0) return refuse(userId)
        await app.budgets.giveBack(charge)
        return verified
      },

      async issueResetToken(challenge) {
        const now = app.now()
        const resetToken = randomBytes(32).toString('base64url')
        const expiresAt = new Date(now.getTime() + RESET_TOKEN_TTL)
        await Challenge.create({
          ...challenge,
          _id: sha256(resetToken),
          purpose: 'reset-token',
          createdAt: now,
          codeExpiresAt: expiresAt,
          expiresAt,
        })
        return { resetToken, expiresAt: expiresAt.toISOString() }
      },

      findResetToken: (resetToken) =>
        Challenge.findOne({
          _id: sha256(resetToken),
          purpose: 'reset-token',
          consumedAt: null,
          expiresAt: { $gt: app.now() },
        }).lean(),

      async consumeResetToken({ _id }) {
        const { modifiedCount } = await Challenge.updateOne(
          { _id, consumedAt: null },
          { $set: { consumedAt: app.now() } },
        )
        return modifiedCount === 1
      },
    })
  },
  { name: 'challenges', dependencies: ['audit', 'budgets', 'clock', 'config', 'db', 'keys', 'mailer'] },
)
