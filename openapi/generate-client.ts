import openapiTypeScript, { astToString } from 'openapi-typescript'
import ts from 'typescript'

interface Operation {
  operationId: string
  summary: string
  description: string
  security?: Record<string, string[]>[]
  responses: Record<string, { description: string; headers?: object; content?: object }>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { examples: object }
}

const PROBLEM = {
  description: 'An error.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}
const BLOB = ts.factory.createTypeReferenceNode('Blob')

/**
 * Generates the client's view of the contract: all types, the route of each operation, the operations that need no access token, and the
 * codes of all errors.
 * @param document the contract
 */
export async function generateClient(document: object): Promise<string> {
  const contract = structuredClone(document) as Document
  const { paths, components } = contract
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    // one shape for all errors: a fifth of the size
    const answers = Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
    operation.responses = {
      ...Object.fromEntries(answers.map(([status, { headers, ...answer }]) => [status, answer])),
      default: PROBLEM,
    }
  }
  const types = await openapiTypeScript(structuredClone(contract) as never, {
    // properties with a default stay optional in requests
    defaultNonNullable: false,
    transform: ({ format }) => (format === 'binary' ? BLOB : undefined),
  })
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, route: `${method.toUpperCase()} ${path}` })),
  )
  const open = operations.filter(({ security = [] }) => !security[0]?.bearer)
  return [
    '// Generated from openapi/openapi.json by `npm run openapi`.',
    astToString(types),
    '/** Every operation, by its operationId. */',
    'export interface Operations {',
    ...operations.flatMap(({ operationId, summary, description, route }) => [
      `  /** \`${route}\`: ${summary}. ${description} */`,
      `  ${operationId}: operations['${operationId}']`,
    ]),
    '}',
    '',
    'export const routes = {',
    ...operations.map(({ operationId, route }) => `  ${operationId}: '${route}',`),
    '} as const satisfies Record<keyof Operations, string>',
    '',
    '/** The operations that need no access token. */',
    'export const open: readonly string[] = [',
    ...open.map(({ operationId }) => `  '${operationId}',`),
    ']',
    '',
    'export type ProblemCode =',
    ...Object.keys(components.examples)
      .sort()
      .map((code) => `  | '${code}'`),
    '',
  ].join('\n')
}
