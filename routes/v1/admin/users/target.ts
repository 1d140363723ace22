import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isObjectIdOrHexString } from 'mongoose'
import { type ShownUser, USER_FIELDS, type UserDocument } from '../../../../models/user.js'
import { Problem } from '../../../../openapi/errors.js'

type Target = ShownUser & Pick<UserDocument, 'lastLoginAt'>

/**
 * Returns the account that an administrator acts on.
 * @throws Problem NOT_FOUND for an id of no account, of whatever shape, or of one that is being deleted
 */
export async function findTarget({ db }: FastifyInstance, userId: string): Promise<Target> {
  const target = isObjectIdOrHexString(userId)
    ? await db.User.findOne({ _id: userId, email: { $exists: true } }, { ...USER_FIELDS, lastLoginAt: 1 }).lean()
    : null
  if (!target) throw new Problem('NOT_FOUND')
  return target
}

/**
 * Requires the role `admin` and the caller's own password.
 * @throws Problem FORBIDDEN, STEP_UP_REQUIRED, INVALID_CREDENTIALS, TOO_MANY_FAILURES
 */
export async function requireAdministrator(request: FastifyRequest, currentPassword: string | undefined) {
  if (request.caller.user.role !== 'admin') await deny(request)
  await request.server.stepUp.verify(request, currentPassword)
}

/** Audits the refusal as the guard of the routes does. @throws Problem FORBIDDEN */
export async function deny(request: FastifyRequest): Promise<never> {
  const { user } = request.caller
  await request.server.audit.record(request, { action: 'access.denied', targetId: user._id, outcome: 'failure' })
  throw new Problem('FORBIDDEN')
}
