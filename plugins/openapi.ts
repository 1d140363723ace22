import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TSchema } from '@sinclair/typebox'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import { PERMISSIONS } from '../models/user.js'
import { complete, type Document } from '../openapi/document.js'
import { catalogue, type ProblemCode } from '../openapi/errors.js'
import { ref } from '../openapi/ref.js'
import { ProblemSchema } from '../openapi/schemas/problem.js'

declare module 'fastify' {
  interface FastifySchema {
    /** The codes of the catalogue that this operation answers, beyond those that follow from its schema. */
    problems?: ProblemCode[]
  }
}

const TAGS = [
  { name: 'Registration', description: 'Coming to have an account.' },
  { name: 'Sign-in', description: 'Password and mailed code, sessions and their end.' },
  { name: 'Password recovery', description: 'A forgotten password.' },
  { name: 'Account', description: "The caller's own account." },
  { name: 'Assets', description: "The caller's own files." },
  { name: 'Administration', description: "Everybody's accounts and files." },
  { name: 'Operation', description: 'Health, metrics and keys.' },
]

/**
 * What the page of Swagger UI may load. The hash is that of the one style element that Swagger UI makes. Nothing is upgraded to https: the page
 * has to work by plain http in a local network too.
 */
const PAGE_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

/** Every schema with an `$id` in the files of `openapi/schemas`. */
async function sharedSchemas(): Promise<TSchema[]> {
  const folder = join(import.meta.dirname, '..', 'openapi', 'schemas')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.js'))
  const modules: Record<string, TSchema>[] = await Promise.all(
    files.map((file) => import(`../openapi/schemas/${file}`)),
  )
  return modules.flatMap((module) => Object.values(module)).filter(({ $id }) => $id !== undefined)
}

/** The codes that follow from the shape of a schema and from whether the route is limited. */
function* impliedProblems(
  { body, querystring, params, security = [] }: FastifySchema,
  isLimited: boolean,
): Generator<ProblemCode> {
  yield 'MALFORMED_REQUEST'
  if (body) yield* ['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const
  if (querystring) yield 'VALIDATION_FAILED'
  if (params) yield 'NOT_FOUND'
  const [first, ...others] = security
  if (first?.bearer && others.length === 0) yield 'TOKEN_INVALID'
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

/** Adds every error answer to a route's responses, a status with all its codes beside what the route itself says of it. */
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

/**
 * Names a route's permission in words: OpenAPI 3.1 allows it among the requirements of a bearer scheme, but tools that know 3.0 take it
 * for a scope that nobody defined.
 */
function describePermission({ description, security = [], ...schema }: FastifySchema): FastifySchema {
  const permission = security[0]?.bearer?.[0]
  if (permission === undefined) return { description, security, ...schema }
  return {
    ...schema,
    description: `${description} Needs the permission \`${permission}\`.`,
    security: [{ bearer: [] }],
    'x-permission': permission,
  } as FastifySchema
}

/** Generates the contract from the route schemas, and serves it with a page to try it on. */
export default fp(
  async (app) => {
    for (const schema of await sharedSchemas()) app.addSchema(schema)
    const optionalBodies = new Set<string | undefined>()
    const examples: Record<string, ReturnType<typeof exampleOf>> = {}
    app.addHook('onRoute', ({ schema, method, config }) => {
      // the HEAD that mirrors a GET shares its schema
      if (!schema || schema.hide || method === 'HEAD') return
      if (config?.optionalBody) optionalBodies.add(schema.operationId)
      for (const code of describeProblems(schema, config?.rateLimit !== false)) examples[code] ??= exampleOf(code)
    })
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Coffer',
          version: '1.0.0',
          summary: 'Accounts and assets for a product.',
          description:
            'People register with a mailed code, sign in with password and mailed code, and keep files; administrators look after both. ' +
            'Errors are RFC 9457 problem details with a stable `code`.',
          contact: { name: 'The maintainers of Coffer' },
          license: { name: 'MIT', identifier: 'MIT' },
        },
        servers: [{ url: '/', description: 'This server.' }],
        tags: TAGS,
        components: {
          examples,
          securitySchemes: {
            bearer: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description: `The accessToken of a session. Permissions: ${PERMISSIONS.join(', ')}.`,
            },
            refreshCookie: {
              type: 'apiKey',
              in: 'cookie',
              name: '__Host-refresh',
              description: 'The refresh token in its httpOnly cookie; the Origin must be an allowed one.',
            },
          },
        },
      },
      transform: ({ schema, url }) => ({ schema: describePermission(schema), url }),
      transformObject: (document) => {
        const { openapiObject } = document as unknown as { openapiObject: Document }
        return complete(openapiObject, optionalBodies) as never
      },
      refResolver: {
        buildLocalReference: ({ $id }) => $id as string,
      },
    })
    if (!app.config.DOCS) return
    await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY })
    app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
    app.get('/openapi.yaml', { schema: { hide: true } }, (_request, reply) =>
      reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })),
    )
  },
  { name: 'openapi', dependencies: ['config', 'rate-limit'] },
)
