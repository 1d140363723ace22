import openapiTypeScript, { astToString, type SchemaObject } from 'openapi-typescript'
import ts from 'typescript'

interface Schema {
  properties?: object
  additionalProperties?: boolean
}

interface Response {
  description: string
  headers?: object
  content?: object
}

interface Operation {
  operationId: string
  summary: string
  description: string
  security?: Record<string, string[]>[]
  responses: Record<string, Response>
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { examples: object; responses?: object; schemas: Record<string, Schema> }
}

const PROBLEM = {
  description: 'An error.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}
/** Lets a union of texts have others too, without losing the known ones to `string`. */
const ANY_STRING = ts.factory.createIntersectionTypeNode([
  ts.factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
  ts.factory.createTypeLiteralNode([]),
])
const BLOB = ts.factory.createTypeReferenceNode('Blob')

const literal = (text: string) => ts.factory.createLiteralTypeNode(ts.factory.createStringLiteral(text, true))

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
    const { default: _, ...responses } = operation.responses
    const answers = Object.entries(responses).filter(([status]) => Number(status) < 400)
    operation.responses = {
      ...Object.fromEntries(answers.map(([status, { headers, ...answer }]) => [status, answer])),
      default: PROBLEM,
    }
  }
  delete components.responses
  // a type with an index signature would let every misspelt property pass
  for (const schema of Object.values(components.schemas)) {
    if (Object.keys(schema.properties ?? {}).length > 0) delete schema.additionalProperties
  }
  const types = await openapiTypeScript(structuredClone(contract) as never, {
    // properties with a default stay optional in requests
    defaultNonNullable: false,
    transform: ({ format, 'x-extensible-enum': values }: SchemaObject & { 'x-extensible-enum'?: string[] }) => {
      if (format === 'binary') return BLOB
      return values && ts.factory.createUnionTypeNode([...values.map(literal), ANY_STRING])
    },
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
