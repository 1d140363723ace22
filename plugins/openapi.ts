import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { TSchema } from '@sinclair/typebox'
import type { FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { stringify } from 'yaml'
import { PERMISSIONS } from '../models/user.js'
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

const SCHEMAS = join(import.meta.dirname, '..', 'openapi', 'schemas')

/** Every schema with an `$id` in the files of `openapi/schemas`. */
async function sharedSchemas(): Promise<TSchema[]> {
  const files = (await readdir(SCHEMAS)).filter((file) => /^[\w-]+\.[jt]s$/.test(file))
  const modules: Record<string, TSchema>[] = await Promise.all(files.map((file) => import(join(SCHEMAS, file))))
  return modules.flatMap((module) => Object.values(module)).filter(({ $id }) => $id !== undefined)
}

/** The codes that follow from the shape of a schema. */
function* impliedProblems({ body, querystring, params, security = [] }: FastifySchema): Generator<ProblemCode> {
  if (body) yield* ['MALFORMED_REQUEST', 'VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const
  if (querystring) yield 'VALIDATION_FAILED'
  if (params) yield 'NOT_FOUND'
  const [first, ...others] = security
  if (first?.bearer && others.length === 0) yield 'TOKEN_INVALID'
  if (first?.bearer?.length) yield 'FORBIDDEN'
  yield* ['RATE_LIMITED', 'INTERNAL_ERROR', 'OVERLOADED', 'DATABASE_UNAVAILABLE'] as const
}

function describeProblem(code: ProblemCode) {
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

/** An `onRoute` hook: adds every error answer to a route's responses, a status with all its codes. */
function describeProblems({ schema }: RouteOptions): void {
  if (!schema || schema.hide) return
  const codes = new Set([...(schema.problems ?? []), ...impliedProblems(schema)])
  const responses = { ...(schema.response as Record<number, unknown>) }
  for (const code of codes) {
    const { status } = catalogue[code]
    const same = [...codes].filter((other) => catalogue[other].status === status)
    responses[status] = {
      description: same.map((other) => `\`${other}\`: ${catalogue[other].detail}`).join(' '),
      content: {
        'application/problem+json': {
          schema: ref(ProblemSchema),
          examples: Object.fromEntries(same.map((other) => [other, describeProblem(other)])),
        },
      },
    }
  }
  schema.response = responses
}

/** Generates the contract from the route schemas, and serves it with a page to try it on. */
export default fp(
  async (app) => {
    for (const schema of await sharedSchemas()) app.addSchema(schema)
    app.addHook('onRoute', describeProblems)
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
          license: { name: 'MIT', identifier: 'MIT' },
        },
        servers: [{ url: '/', description: 'This server.' }],
        tags: TAGS,
        components: {
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
      refResolver: {
        buildLocalReference: (json, _base, _fragment, i) => (json.$id as string | undefined) ?? `def-${i}`,
      },
    })
    if (!app.config.DOCS) return
    await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, transformStaticCSP: undefined })
    app.get('/openapi.json', { schema: { hide: true }, config: {} }, () => app.swagger())
    app.get('/openapi.yaml', { schema: { hide: true } }, (_request, reply) =>
      reply.type('application/yaml; charset=utf-8').send(stringify(app.swagger())),
    )
  },
  { name: 'openapi', dependencies: ['config', 'rate-limit'] },
)
