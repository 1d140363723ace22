import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ref } from '../../../openapi/ref.js'
import { StatisticsSchema } from '../../../openapi/schemas/admin.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { Asset, Job, User } = app.db

  app.get(
    '/statistics',
    {
      schema: {
        operationId: 'adminGetStatistics',
        tags: ['Administration'],
        summary: 'Get statistics',
        description: 'Returns totals, counted anew for each request.',
        security: [{ bearer: ['users:read'] }],
        scope: 'users:read',
        response: { 200: ref(StatisticsSchema, 'The totals.') },
      },
    },
    async () => {
      const now = app.now()
      const [active, suspended, activeServices, suspendedServices, waiting, failed, [files], [living]] =
        await Promise.all([
          User.countDocuments({ status: 'active' }),
          User.countDocuments({ status: 'suspended' }),
          User.countDocuments({ kind: 'service', status: 'active' }),
          User.countDocuments({ kind: 'service', status: 'suspended' }),
          Job.countDocuments({ kind: 'mail', state: 'waiting' }),
          Job.countDocuments({ kind: 'mail', state: 'failed' }),
          Asset.aggregate<{ count: number; bytes: number }>([
            { $match: { purpose: 'file', state: 'ready' } },
            { $group: { _id: null, count: { $sum: 1 }, bytes: { $sum: '$bytes' } } },
          ]),
          User.aggregate<{ count: number }>([
            { $match: { status: 'active' } },
            { $unwind: '$sessions' },
            { $match: { 'sessions.idleExpiresAt': { $gt: now }, 'sessions.expiresAt': { $gt: now } } },
            { $count: 'count' },
          ]),
        ])
      return {
        users: { active: active - activeServices, suspended: suspended - suspendedServices },
        assets: { count: files?.count ?? 0, bytes: files?.bytes ?? 0 },
        mails: { waiting, failed },
        sessions: living?.count ?? 0,
      }
    },
  )
}

export default route
