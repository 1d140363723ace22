import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ChallengeDocument, Purpose } from '../models/challenge.js'
import type { UserDocument } from '../models/user.js'
import { Problem } from '../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    challenges: Challenges
  }
}

type MailedPurpose = Exclude<Purpose, 'reset-token'>

interface OpenOptions {
  purpose: MailedPurpose
  email: string
  /** The account that the challenge is about; null where there is none, and then no code can match. */
  user: Pick<UserDocument, '_id' | 'name' | 'authVersion' | 'knownOrigins'> | null
  registration?: NonNullable<ChallengeDocument['registration']>
  /** What is mailed: by default the code; `nobody` costs the same and reaches nobody. */
  mail?: 'code' | 'nobody' | 'registration-attempt'
}

/** A consumed challenge, and whose account it's about; null where it's about none yet. */
export interface Verified {
  challenge: ChallengeDocument
  owner: { name: string; knownOrigins: string[] } | null
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
   * @param onRefused what to do about a wrong code, before the error is thrown
   * @throws Problem INVALID_CODE, TOO_MANY_FAILURES
   */
  verify(
    request: FastifyRequest,
    purpose: MailedPurpose,
    answer: { challengeId: string; code: string },
    onRefused?: (refused: Verified) => Promise<void>,
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

const hashOf = (id: string) => createHash('sha256').update(id).digest('base64url')

/** Decorates `challenges`: every mailed code (NIST SP 800-63B-4, 3.1.3.2 for its entropy, life and throttling). */
export default fp(
  async (app) => {
    const { Challenge } = app.db
    const { OTP_TTL, OTP_RESEND_COOLDOWN, OTP_MAX_ATTEMPTS } = app.config

    const macOf = (challengeId: string, purpose: Purpose, code: string) =>
      app.keys.code.sign(challengeId, purpose, code).toString('base64url')

    const newCode = () => randomInt(1_000_000).toString().padStart(6, '0')

    const show = (challengeId: string, { codeExpiresAt, resendAvailableAt }: ChallengeDocument): PublicChallenge => ({
      challengeId,
      expiresAt: codeExpiresAt.toISOString(),
      resendAvailableAt: resendAvailableAt.toISOString(),
    })

    const times = (now: Date, end: Date) => ({
      codeExpiresAt: new Date(Math.min(now.getTime() + OTP_TTL, end.getTime())),
      resendAvailableAt: new Date(now.getTime() + OTP_RESEND_COOLDOWN),
    })

    const mailCode = (
      { codeExpiresAt }: ChallengeDocument,
      template: CodeTemplate,
      to: string | null,
      name: string,
      code: string,
    ) =>
      app.mailer.send({
        template,
        to,
        data: { name, code, minutes: Math.round(OTP_TTL / 60_000) },
        expiresAt: codeExpiresAt,
      })

    app.decorate('challenges', {
      async open(request, { purpose, email, user, registration, mail = 'code' }) {
        const addressKey = app.keys.pseudonym(email)
        await app.budgets.take(`send-${purpose}`, app.budgets.subject(request, addressKey, user))
        const now = app.now()
        const challengeId = randomBytes(32).toString('base64url')
        const code = newCode()
        const expiresAt = new Date(now.getTime() + CHALLENGE_TTL)
        const challenge: ChallengeDocument = {
          _id: hashOf(challengeId),
          purpose,
          addressKey,
          email,
          // an unknown account's challenge looks like any other, and no code matches it
          codeHash: macOf(challengeId, purpose, mail === 'code' ? code : randomBytes(8).toString('hex')),
          ...times(now, expiresAt),
          attempts: 0,
          userId: user?._id ?? null,
          authVersion: user?.authVersion ?? null,
          registration: registration ?? null,
          isDecoy: mail !== 'code',
          createdAt: now,
          expiresAt,
          consumedAt: null,
        }
        await Challenge.create(challenge)
        const name = user?.name ?? registration?.name ?? ''
        const template = mail === 'registration-attempt' ? mail : TEMPLATES[purpose]
        await mailCode(challenge, template, mail === 'nobody' ? null : email, name, code)
        return show(challengeId, challenge)
      },

      async resend(request, challengeId) {
        const now = app.now()
        const alive = {
          _id: hashOf(challengeId),
          consumedAt: null,
          expiresAt: { $gt: now },
          attempts: { $lt: OTP_MAX_ATTEMPTS },
        }
        const challenge = await Challenge.findOne({ ...alive, purpose: { $ne: 'reset-token' } }).lean()
        if (!challenge) throw new Problem('INVALID_CODE')
        const wait = (challenge.resendAvailableAt.getTime() - now.getTime()) / 1000
        if (wait > 0) throw new Problem('TOO_MANY_CODES', { retryAfter: wait })

        const purpose = challenge.purpose as MailedPurpose
        const user = await app.db.User.findOne(
          challenge.userId ? { _id: challenge.userId } : { email: challenge.email },
          { name: 1, knownOrigins: 1 },
        ).lean()
        await app.budgets.take(`send-${purpose}`, app.budgets.subject(request, challenge.addressKey, user))
        const code = newCode()
        const renewed = await Challenge.findOneAndUpdate(
          { ...alive, resendAvailableAt: { $lte: now } },
          {
            $set: {
              codeHash: macOf(challengeId, purpose, challenge.isDecoy ? randomBytes(8).toString('hex') : code),
              ...times(now, challenge.expiresAt),
            },
          },
          { returnDocument: 'after' },
        ).lean()
        if (!renewed) throw new Problem('TOO_MANY_CODES', { retryAfter: OTP_RESEND_COOLDOWN / 1000 })
        const name = user?.name ?? challenge.registration?.name ?? ''
        await mailCode(renewed, TEMPLATES[purpose], challenge.isDecoy ? null : challenge.email, name, code)
        return show(challengeId, renewed)
      },

      async verify(request, purpose, { challengeId, code }, onRefused) {
        const now = app.now()
        const alive = { _id: hashOf(challengeId), purpose, consumedAt: null }
        const challenge = await Challenge.findOneAndUpdate(
          { ...alive, attempts: { $lt: OTP_MAX_ATTEMPTS }, codeExpiresAt: { $gt: now }, expiresAt: { $gt: now } },
          { $inc: { attempts: 1 } },
          { returnDocument: 'after' },
        ).lean()
        if (!challenge) throw new Problem('INVALID_CODE')

        const owner = challenge.userId
          ? await app.db.User.findOne({ _id: challenge.userId }, { name: 1, knownOrigins: 1 }).lean()
          : null
        const subject = app.budgets.subject(request, challenge.addressKey, owner)
        const giveBack = await app.budgets.take(purpose === 'login' ? 'login-code' : 'code', subject)
        const mac = Buffer.from(challenge.codeHash, 'base64url')
        if (!app.keys.code.verify(mac, challengeId, purpose, code)) {
          await onRefused?.({ challenge, owner })
          throw new Problem('INVALID_CODE')
        }
        // the code that was compared must still be the living one
        const { modifiedCount } = await Challenge.updateOne(
          { ...alive, codeHash: challenge.codeHash },
          { $set: { consumedAt: now } },
        )
        await giveBack()
        if (modifiedCount === 0) throw new Problem('INVALID_CODE')
        await app.budgets.giveBack(`send-${purpose}`, subject)
        return { challenge, owner }
      },

      async issueResetToken(challenge) {
        const now = app.now()
        const resetToken = randomBytes(32).toString('base64url')
        const expiresAt = new Date(now.getTime() + RESET_TOKEN_TTL)
        await Challenge.create({
          ...challenge,
          _id: hashOf(resetToken),
          purpose: 'reset-token',
          createdAt: now,
          codeExpiresAt: expiresAt,
          expiresAt,
          consumedAt: null,
        })
        return { resetToken, expiresAt: expiresAt.toISOString() }
      },

      findResetToken: (resetToken) =>
        Challenge.findOne({
          _id: hashOf(resetToken),
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
  { name: 'challenges', dependencies: ['config', 'db', 'keys', 'budgets', 'mailer', 'audit'] },
)
