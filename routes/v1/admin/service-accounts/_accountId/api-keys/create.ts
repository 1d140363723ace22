import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findServiceAccount, isServiceAccount } from '../../../../../../models/user.js'
import { ref } from '../../../../../../openapi/ref.js'
import { IssuedApiKeySchema } from '../../../../../../openapi/schemas/api-key.js'
import { NewApiKey } from '../../../../../../openapi/schemas/api-key-requests.js'
import { ServiceAccountParams } from '../../../../../../openapi/schemas/service-account.js'
import { requireServiceAccountManager } from '../../../../../../plugins/auth/administrators.js'
import { issueApiKey } from '../../../../../../plugins/auth/api-key-changes.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      schema: {
        operationId: 'adminCreateServiceAccountKey',
        tags: ['Administration'],
        summary: 'Create an API key of a service account',
        description:
          'Creates an API key, with which a program acts for the service account within the given scopes. The secret is shown this once. ' +
          'Requires a step-up and, if the account has permissions, the role `admin`.',
        security: [{ bearer: ['keys:write'] }],
        params: ServiceAccountParams,
        body: NewApiKey,
        response: { 201: ref(IssuedApiKeySchema, 'The API key with its secret.') },
        stepUp: true,
        problems: ['QUOTA_EXCEEDED'],
      },
    },
    async (request, reply) => {
      const { currentPassword, ...wanted } = request.body
      const issue = async () => {
        const account = await findServiceAccount(app.db.User, request.params.accountId)
        await requireServiceAccountManager(request, account.permissions, currentPassword)
        const condition = { ...isServiceAccount, revision: account.revision }
        return issueApiKey(request, { ...account, condition }, wanted)
      }
      let issued: Awaited<ReturnType<typeof issue>>
      // undefined if the account changed in between: start over with the permissions that it has now
      do issued = await issue()
      while (!issued)
      reply.code(201)
      return issued
    },
  )
}

export default route
