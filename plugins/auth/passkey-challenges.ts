import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Types } from 'mongoose'
import { isDuplicateKey } from '../../models/duplicate-key.js'
import type { UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { sha256 } from '../keys.js'

/** The purpose of a challenge that is not stored. */
type Use = 'sign-in' | 'enrolment' | 'step-up'

/** Lifetime of a challenge, in milliseconds. */
export const TTL = 5 * 60_000
/** That a challenge was used is kept for longer than any clock of a process is wrong. */
const USED_TTL = 30 * 60_000
const NONCE_BYTES = 16
const TIME_BYTES = 6
const MAC_BYTES = 32

/** Returns the challenge that an authenticator signs. It follows from the id, which nobody but the client holds. */
export const challengeOf = (challengeId: string) => sha256(`passkey:${challengeId}`)

/** Creates the challenges of passkeys. They are signed and not stored, so that those of strangers cost nothing. */
export function createPasskeyChallenges(app: FastifyInstance) {
  const { Challenge } = app.db
  const { audit, keys } = app

  /** Returns the id of a new challenge. */
  function issue(use: Use, ...parties: string[]): string {
    const head = Buffer.concat([randomBytes(NONCE_BYTES), Buffer.alloc(TIME_BYTES)])
    head.writeUIntBE(app.now().getTime() + TTL, NONCE_BYTES, TIME_BYTES)
    return Buffer.concat([head, keys.passkey.sign(use, ...parties, head)]).toString('base64url')
  }

  /** Returns true for a challenge that {@link issue} created for the same use and parties, if it has not expired. */
  function isOpen(challengeId: string, use: Use, ...parties: string[]): boolean {
    const bytes = Buffer.from(challengeId, 'base64url')
    if (bytes.length !== NONCE_BYTES + TIME_BYTES + MAC_BYTES) return false
    const head = bytes.subarray(0, NONCE_BYTES + TIME_BYTES)
    const expiresAt = head.readUIntBE(NONCE_BYTES, TIME_BYTES)
    return expiresAt > app.now().getTime() && keys.passkey.verify(bytes.subarray(head.length), use, ...parties, head)
  }

  /** Consumes a challenge that is not stored; only the first of several uses, on all processes, stores its mark. */
  async function consume(
    challengeId: string,
    { _id: userId, email }: Pick<UserDocument, '_id' | 'email'>,
  ): Promise<boolean> {
    const now = app.now()
    const expiresAt = new Date(now.getTime() + USED_TTL)
    try {
      await Challenge.create({
        _id: sha256(challengeId),
        purpose: 'passkey',
        addressKey: keys.pseudonym(email as string),
        email,
        codeHash: 'none',
        codeExpiresAt: expiresAt,
        resendAvailableAt: expiresAt,
        userId,
        consumedAt: now,
        createdAt: now,
        expiresAt,
      })
      return true
    } catch (error) {
      /* c8 ignore next 3 -- the database went away in the meantime */
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  /** Audits an answer that is refused. @throws Problem INVALID_CODE */
  async function refuse(request: FastifyRequest, targetId: Types.ObjectId | null, purpose: string): Promise<never> {
    const details = { purpose, method: 'passkey' }
    await audit.record(request, { action: 'code.refused', targetId, outcome: 'failure', details })
    throw new Problem('INVALID_CODE')
  }

  return { issue, isOpen, consume, refuse }
}
