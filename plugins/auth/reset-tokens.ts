import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { ChallengeDocument } from '../../models/challenge.js'
import { sha256 } from '../keys.js'

const TTL = 15 * 60_000

/** Creates the single-use token that follows a verified code of a password reset; it is stored as a challenge. */
export async function issueResetToken(app: FastifyInstance, challenge: ChallengeDocument) {
  const now = app.now()
  const resetToken = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + TTL)
  await app.db.Challenge.create({
    ...challenge,
    _id: sha256(resetToken),
    purpose: 'reset-token',
    createdAt: now,
    codeExpiresAt: expiresAt,
    expiresAt,
  })
  return { resetToken, expiresAt: expiresAt.toISOString() }
}

/** Returns the challenge of a reset token that has neither expired nor been consumed. */
export const findResetToken = (app: FastifyInstance, resetToken: string): Promise<ChallengeDocument | null> =>
  app.db.Challenge.findOne({
    _id: sha256(resetToken),
    purpose: 'reset-token',
    consumedAt: null,
    expiresAt: { $gt: app.now() },
  }).lean()

/** Consumes a reset token; returns false if another request has consumed it. */
export async function consumeResetToken(app: FastifyInstance, { _id }: ChallengeDocument): Promise<boolean> {
  const { modifiedCount } = await app.db.Challenge.updateOne(
    { _id, consumedAt: null },
    { $set: { consumedAt: app.now() } },
  )
  return modifiedCount === 1
}
