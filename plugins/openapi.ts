import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import type { TSchema } from '@sinclair/typebox'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import { SCOPES } from '../models/api-key.js'
import { PERMISSIONS } from '../models/user.js'
import { complete, type Document, type RouteFacts } from '../openapi/document.js'
import { catalogue, type ProblemCode } from '../openapi/errors.js'
import type { HeaderName } from '../openapi/headers.js'
import { overview } from '../openapi/overview.js'
import { ref } from '../openapi/ref.js'
import { ProblemSchema } from '../openapi/schemas/problem.js'
import { TAGS } from '../openapi/tags.js'
import { WEBHOOKS } from '../openapi/webhooks.js'

declare module 'fastify' {
  interface FastifySchema {
    /** The errors that this operation responds with, beyond those that follow from its schema. */
    problems?: ProblemCode[]
    /** The operation, or a form of it, requires a step-up. */
    stepUp?: boolean
  }
}

/** The version of the package, which the contract and all clients share. */
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'))

/** Imports every schema with an `$id` from the files of `openapi/schemas`. */
async function sharedSchemas(): Promise<TSchema[]> {
  const folder = join(import.meta.dirname, '..', 'openapi', 'schemas')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.js'))
  const modules: Record<string, TSchema>[] = await Promise.all(
    files.map((file) => import(`../openapi/schemas/${file}`)),
  )
  return modules.flatMap((module) => Object.values(module)).filter(({ $id }) => $id !== undefined)
}

/** Yields the errors that follow from the parts of a schema and from whether the route is rate-limited. */
function* impliedProblems(
  { body, querystring, params, stepUp, scope, security = [], withoutFactor }: FastifySchema,
  isLimited: boolean,
): Generator<ProblemCode> {
  yield 'MALFORMED_REQUEST'
  if (body) yield* ['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const
  if (querystring) yield 'VALIDATION_FAILED'
  if (params) yield 'NOT_FOUND'
  const [first, ...others] = security
  if (first?.bearer && others.length === 0) {
    yield* ['TOKEN_INVALID', 'API_KEY_INVALID', scope ? 'SCOPE_MISSING' : 'SESSION_REQUIRED'] as const
    if (stepUp) yield* ['STEP_UP_REQUIRED', 'INVALID_CREDENTIALS', 'TOO_MANY_FAILURES', 'SESSION_REQUIRED'] as const
    if (!withoutFactor) yield 'FACTOR_REQUIRED'
  }
  if (first?.bearer?.length) yield 'FORBIDDEN'
  if (isLimited) yield 'RATE_LIMITED'
  yield* ['INTERNAL_ERROR', 'OVERLOADED', 'DATABASE_UNAVAILABLE'] as const
}

function exampleOf(code: ProblemCode) {
  const { status, title, detail } = catalogue[code]
  return {
    summary: title,
    value: {
      type: `urn:problem-type:coffer:${code}`,
      title,
      status,
      detail,
      instance: '/v1/…',
      code,
      requestId: '0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55',
    },
  }
}

/** Returns the headers that the responses of a route declare, by status. */
function declaredHeaders({ response }: FastifySchema): RouteFacts['headers'] {
  const responses = Object.entries(response as Record<string, { 'x-headers'?: HeaderName[] }>)
  return Object.fromEntries(responses.map(([status, { 'x-headers': headers = [] }]) => [status, headers]))
}

/** Adds the error responses to those of a route. A status that both have keeps the content and the description of the route. */
function describeProblems(schema: FastifySchema, isLimited: boolean): ProblemCode[] {
  const codes = [...new Set<ProblemCode>([...(schema.problems ?? []), ...impliedProblems(schema, isLimited)])]
  const given = schema.response as Record<number, { description: string } | undefined>
  const responses: Record<number, unknown> = { ...given }
  for (const code of codes) {
    const { status } = catalogue[code]
    const own = given[status]
    const same = codes.filter((other) => catalogue[other].status === status)
    responses[status] = {
      description: [own?.description, ...same.map((other) => `\`${other}\`: ${catalogue[other].detail}`)]
        .join(' ')
        .trim(),
      content: {
        ...(own && { 'application/json': { schema: own } }),
        'application/problem+json': {
          schema: ref(ProblemSchema),
          examples: Object.fromEntries(same.map((other) => [other, { $ref: `#/components/examples/${other}` }])),
        },
      },
    }
  }
  schema.response = responses
  return codes
}

const STEP_UP = 'The step-up is a recent `stepUp` or, if your account has no second factor, your `currentPassword`.'
const WITHOUT_FACTOR =
  'It is open also to a session that lacks the second factor that the server requires (`MFA_REQUIRED`).'

/**
 * Moves the permission of a route from `security`, and its scope, to its description and to `x-permission` and `x-scope`. OpenAPI 3.1 allows a
 * permission in the requirements of a bearer scheme, but tools made for 3.0 take it for an undefined scope.
 */
function describeAccess({
  description,
  security = [],
  scope,
  stepUp,
  withoutFactor,
  ...schema
}: FastifySchema): FastifySchema {
  if (security.length !== 1 || !security[0]?.bearer) return { ...schema, description, security }
  const [permission] = security[0].bearer
  const needed = permission !== undefined && `Requires the permission \`${permission}\`.`
  const accepted = scope === undefined ? 'API keys are not accepted.' : `API keys need the scope \`${scope}\`.`
  return {
    ...schema,
    description: [description, stepUp && STEP_UP, needed, accepted, withoutFactor && WITHOUT_FACTOR]
      .filter(Boolean)
      .join(' '),
    security: [{ bearer: [] }],
    ...(permission !== undefined && { 'x-permission': permission }),
    ...(scope !== undefined && { 'x-scope': scope }),
  } as FastifySchema
}

/** Generates the contract from the route schemas. */
export default fp(
  async (app) => {
    for (const schema of await sharedSchemas()) app.addSchema(schema)
    const permissions = PERMISSIONS.map((permission) => `\`${permission}\``).join(', ')
    const scopes = SCOPES.map((scope) => `\`${scope}\``).join(', ')
    const url = app.config.PUBLIC_URL.replace(/\/$/, '')
    const routes = new Map<string, RouteFacts>()
    const codes = new Set<ProblemCode>()
    app.addHook('onRoute', ({ schema, method, config }) => {
      // the HEAD route of a GET shares its schema
      if (!schema || schema.hide || method === 'HEAD') return
      routes.set(schema.operationId as string, {
        isBodyOptional: config?.optionalBody === true,
        headers: declaredHeaders(schema),
      })
      for (const code of describeProblems(schema, config?.rateLimit !== false)) codes.add(code)
    })
    await app.register(swagger, {
      // the path of PUBLIC_URL belongs to the proxy, and no route has it
      stripBasePath: false,
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Coffer',
          version,
          summary: 'A self-hosted accounts-and-assets API.',
          description: overview,
          contact: { name: 'The maintainers of Coffer' },
          license: { name: 'MIT', identifier: 'MIT' },
        },
        externalDocs: { description: 'This contract as a page, to read and to try.', url: `${url}/docs` },
        servers: [{ url, description: 'This server.' }],
        tags: TAGS.map(({ name, description }) => ({ name, description })),
        webhooks: WEBHOOKS as never,
        components: {
          securitySchemes: {
            bearer: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description:
                'The `accessToken` of a session: call `login`, read the code in the e-mail, and call `verifyLogin` with `delivery` ' +
                `\`body\`. The permissions are ${permissions}. Or an API key, which needs no session: ${scopes} are the scopes.`,
            },
            refreshCookie: {
              type: 'apiKey',
              in: 'cookie',
              name: '__Host-refresh',
              description:
                'The refresh token in its httpOnly cookie, which a browser sends by itself. The `Origin` of the request must be allowed.',
            },
          },
        },
      },
      transform: ({ schema, url }) => ({ schema: describeAccess(schema), url }),
      transformObject: (document) => {
        const { openapiObject } = document as unknown as { openapiObject: Document }
        const known = Object.keys(catalogue) as ProblemCode[]
        const examples = Object.fromEntries(
          known.filter((code) => codes.has(code)).map((code) => [code, exampleOf(code)]),
        )
        const components = { ...openapiObject.components, examples }
        const contract = complete({ ...openapiObject, components }, routes)
        Object.assign(contract.components.schemas, app.metadata.components)
        return contract as never
      },
      refResolver: {
        buildLocalReference: ({ $id }) => $id as string,
      },
    })
  },
  {
    name: 'openapi',
    dependencies: [
      'config',
      'error-handler',
      'metadata',
      'overload',
      'rate-limit',
      'security-headers',
      'strict-requests',
    ],
  },
)
