import type { FastifyRequest } from 'fastify'
import { deny } from './index.js'

/**
 * Requires the role `admin` and the caller's own password.
 * @throws Problem FORBIDDEN, STEP_UP_REQUIRED, INVALID_CREDENTIALS, TOO_MANY_FAILURES
 */
export async function requireAdministrator(request: FastifyRequest, currentPassword: string | undefined) {
  if (request.caller.user.role !== 'admin') await deny(request)
  await request.server.stepUp.verify(request, currentPassword)
}
