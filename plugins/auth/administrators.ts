import type { FastifyRequest } from 'fastify'
import type { Permission } from '../../models/user.js'
import { deny } from './index.js'

/**
 * Requires the role `admin` and a step-up.
 * @throws Problem FORBIDDEN, STEP_UP_REQUIRED, INVALID_CREDENTIALS, TOO_MANY_FAILURES
 */
export async function requireAdministrator(request: FastifyRequest, currentPassword: string | undefined) {
  if (request.caller.user.role !== 'admin') await deny(request)
  await request.server.stepUp.verify(request, currentPassword)
}

/**
 * Requires what a change of a service account does: a step-up, and the role `admin` if the account has or gets permissions,
 * because a key of the account would have them.
 * @throws Problem FORBIDDEN, SESSION_REQUIRED, STEP_UP_REQUIRED, INVALID_CREDENTIALS, TOO_MANY_FAILURES
 */
export async function requireServiceAccountManager(
  request: FastifyRequest,
  permissions: readonly Permission[],
  currentPassword: string | undefined,
) {
  if (permissions.length > 0) await requireAdministrator(request, currentPassword)
  else await request.server.stepUp.verify(request, currentPassword)
}
