import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { announceLeaving } from '../../../../../models/administrators.js'
import { storeFilters } from '../../../../../models/metadata.js'
import type { OutboxEntry } from '../../../../../models/outbox.js'
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

        const { _id, revision, email, name, locale } = target
        const before: Access = { status: target.status, role: target.role, permissions: target.permissions }
        const after: Access = { ...before, ...wanted }
        after.permissions = toPermissions(after.permissions)
        const movesStatus = after.status !== before.status
        const movesRights = after.role !== before.role || after.permissions.join() !== before.permissions.join()
        const isShown = movesStatus || movesRights || adminMetadata !== undefined
        const at = app.now()
        const to = email as string
        const outbox: OutboxEntry[] = []
        if (movesStatus) {
          const event = {
            action: 'admin.user-updated' as const,
            targetId: _id,
            details: { status: { from: before.status, to: after.status } },
          }
          const template = after.status === 'suspended' ? 'account-suspended' : 'account-reactivated'
          outbox.push(app.audit.entry(request, event, { template, to, locale, data: { name, at } }))
        }
        if (movesRights) {
          const { role, permissions } = after
          const event = {
            action: 'admin.user-updated' as const,
            targetId: _id,
            details: {
              role: { from: before.role, to: role },
              permissions: { from: before.permissions, to: permissions },
            },
          }
          outbox.push(
            app.audit.entry(request, event, {
              template: 'access-changed',
              to,
              locale,
              data: { name, at, role, permissions },
            }),
          )
        }
        if (adminMetadata) {
          const details = { changed: ['adminMetadata'] }
          outbox.push(app.audit.entry(request, { action: 'admin.user-updated', targetId: _id, details }))
        }
        if (unlock) outbox.push(app.audit.entry(request, { action: 'admin.user-unlocked', targetId: _id }))

        const leaves = isActiveAdministrator(before) && !isActiveAdministrator(after)
        const withdraw = leaves ? await announceLeaving(app.db, _id, at) : async () => {}
        try {
          const updated = await app.db.User.findOneAndUpdate(
            { _id, revision, email: to },
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
              $push: { outbox: { $each: outbox } },
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
