import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { announceLeaving } from '../../../../../models/administrators.js'
import { type Metadata, storeFilters } from '../../../../../models/metadata.js'
import { fillOutbox, type OutboxEntry } from '../../../../../models/outbox.js'
import {
  ADMIN_USER_FIELDS,
  type AdminUser,
  findUser,
  PERMISSIONS,
  ROLES,
  STATUSES,
  toAdminUser,
  toPermissions,
  type UserDocument,
} from '../../../../../models/user.js'
import { withHeaders } from '../../../../../openapi/answers.js'
import { ref, stringEnum } from '../../../../../openapi/ref.js'
import { AdminUserSchema, UserParams } from '../../../../../openapi/schemas/admin.js'
import { CurrentPassword } from '../../../../../openapi/schemas/me.js'
import { AdminMetadataSchema } from '../../../../../openapi/schemas/metadata.js'
import { requireAdministrator } from '../../../../../plugins/auth/administrators.js'
import { deny } from '../../../../../plugins/auth/index.js'

const Body = Type.Object(
  {
    status: Type.Optional(
      stringEnum(STATUSES, {
        title: 'Status',
        description: '`suspended` ends every session of the account and prevents it from signing in.',
      }),
    ),
    role: Type.Optional(stringEnum(ROLES, { title: 'Role', description: 'The new role.' })),
    permissions: Type.Optional(
      Type.Array(stringEnum(PERMISSIONS, { title: 'Permission', description: 'A permission.' }), {
        maxItems: PERMISSIONS.length,
        uniqueItems: true,
        description: 'The permissions to grant individually. They replace the present ones.',
      }),
    ),
    adminMetadata: Type.Optional(ref(AdminMetadataSchema)),
    unlock: Type.Optional(Type.Boolean({ description: '`true` lifts the limits that apply after failed attempts.' })),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false, minProperties: 1 },
)

type Access = Pick<UserDocument, 'status' | 'role' | 'permissions'>

interface Change {
  before: Access
  after: Access
  adminMetadata: Metadata | undefined
  unlock: boolean
  at: Date
}

const movesRights = (before: Access, after: Access) =>
  after.role !== before.role || after.permissions.join() !== before.permissions.join()

/** Returns the audit events of a change, and the mails that tell the owner of the account. */
function outboxOf(
  request: FastifyRequest,
  { _id: targetId, email, name, locale }: AdminUser,
  { before, after, adminMetadata, unlock, at }: Change,
): OutboxEntry[] {
  const { audit } = request.server
  const to = email as string
  const outbox: OutboxEntry[] = []
  if (after.status !== before.status) {
    const details = { status: { from: before.status, to: after.status } }
    const template = after.status === 'suspended' ? 'account-suspended' : 'account-reactivated'
    const mail = { template, to, locale, data: { name, at } } as const
    outbox.push(audit.entry(request, { action: 'admin.user-updated', targetId, details }, mail))
  }
  if (movesRights(before, after)) {
    const { role, permissions } = after
    const details = {
      role: { from: before.role, to: role },
      permissions: { from: before.permissions, to: permissions },
    }
    const mail = { template: 'access-changed', to, locale, data: { name, at, role, permissions } } as const
    outbox.push(audit.entry(request, { action: 'admin.user-updated', targetId, details }, mail))
  }
  if (adminMetadata) {
    const details = { changed: ['adminMetadata'] }
    outbox.push(audit.entry(request, { action: 'admin.user-updated', targetId, details }))
  }
  if (unlock) outbox.push(audit.entry(request, { action: 'admin.user-unlocked', targetId }))
  return outbox
}

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.patch(
    '',
    {
      schema: {
        operationId: 'adminUpdateUser',
        tags: ['Administration'],
        summary: 'Update an account',
        description:
          'Changes the given properties; the others stay as they are. The change takes effect with the next request ' +
          'of the account, and the owner is notified by e-mail. Suspending an account requires a ' +
          'step-up. Changing `role` or `permissions`, or changing an administrator in any way, requires a ' +
          'step-up and the role `admin`. You cannot grant yourself permissions. `adminMetadata` replaces the present one, and is never shown to the owner of the account. The last active ' +
          'administrator cannot be suspended or lose the role. With `If-Match`, the request fails with 412 if the account has changed since you read it.',
        security: [{ bearer: ['users:write'] }],
        scope: 'users:write',
        params: UserParams,
        body: Body,
        response: { 200: withHeaders(ref(AdminUserSchema, 'The updated account.'), 'ETag') },
        stepUp: true,
        problems: ['PRECONDITION_FAILED', 'LAST_ADMINISTRATOR'],
      },
    },
    async (request, reply) => {
      const { currentPassword, unlock = false, adminMetadata, ...wanted } = request.body
      const changesRights = wanted.role !== undefined || wanted.permissions !== undefined
      if (changesRights) await requireAdministrator(request, currentPassword)

      const filters = adminMetadata && app.metadata.check('admin', adminMetadata)
      const { $set, $unset } = filters ? storeFilters('adminFilters', filters) : {}

      /** Returns undefined if the account was changed in between. */
      const change = async (): Promise<AdminUser | undefined> => {
        const target = await findUser(app.db.User, request.params.userId)
        const isSelf = target._id.equals(request.caller.userId)
        if (target.role === 'admin' && !changesRights) await requireAdministrator(request, currentPassword)
        else if (wanted.status === 'suspended' && !changesRights) await app.stepUp.verify(request, currentPassword)
        if (isSelf && wanted.permissions?.some((name) => !target.permissions.includes(name))) await deny(request)
        app.etag.condition(request, target.revision)

        const { _id, revision, email } = target
        const before: Access = { status: target.status, role: target.role, permissions: target.permissions }
        const after: Access = { ...before, ...wanted }
        after.permissions = toPermissions(after.permissions)
        const movesStatus = after.status !== before.status
        const isShown = movesStatus || movesRights(before, after) || adminMetadata !== undefined
        const at = app.now()
        const outbox = outboxOf(request, target, { before, after, adminMetadata, unlock, at })

        const leaves = isActiveAdministrator(before) && !isActiveAdministrator(after)
        const withdraw = leaves ? await announceLeaving(app.db, _id, at) : async () => {}
        try {
          const updated = await app.db.User.findOneAndUpdate(
            { _id, revision, email: email as string },
            {
              $set: {
                ...after,
                ...(adminMetadata && { adminMetadata }),
                ...$set,
                ...(isShown && { updatedAt: at }),
                ...(after.status === 'suspended' && { sessions: [], trustedDevices: [] }),
              },
              ...($unset && { $unset }),
              $inc: { revision: isShown ? 1 : 0, authVersion: movesStatus ? 1 : 0 },
              ...fillOutbox(outbox),
            },
            { returnDocument: 'after', projection: ADMIN_USER_FIELDS },
          ).lean()
          return updated ?? undefined
        } finally {
          await withdraw()
        }
      }

      let user: AdminUser | undefined
      do user = await change()
      while (!user)
      if (unlock) {
        await app.budgets.lift(user.email as string)
      }
      app.etag.set(reply, user.revision)
      return toAdminUser(user)
    },
  )
}

const isActiveAdministrator = ({ role, status }: Access) => role === 'admin' && status === 'active'

export default route
