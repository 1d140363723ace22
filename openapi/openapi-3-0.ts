import { Converter } from '@apiture/openapi-down-convert'

interface Schema {
  anyOf?: Schema[]
  type?: unknown
}

interface Info {
  summary?: string
  license: { identifier: string }
}

interface Contract {
  openapi: string
  info: Info
  webhooks: object
}

/** Returns a schema with `type: [T, 'null']` in place of a union with null, which the converter does not know. */
function withNullableTypes(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(withNullableTypes)
  const { anyOf: [value, nothing, ...others] = [], ...rest } = schema as Schema
  if (nothing?.type === 'null' && others.length === 0) return { ...rest, ...value, type: [value?.type, 'null'] }
  return Object.fromEntries(Object.entries(schema).map(([key, child]) => [key, withNullableTypes(child)]))
}

/**
 * Returns the contract as OpenAPI 3.0.3, for tools that know no later version. It describes the same requests and responses.
 * @param contract the contract as OpenAPI 3.1
 */
export function toOpenApi30(contract: object): object {
  const { openapi, info, webhooks, ...document } = withNullableTypes(contract) as Contract
  const { summary: _, ...own } = info
  // 3.0 names a license by its URL, not by its SPDX identifier
  const license = { ...info.license, url: `https://spdx.org/licenses/${info.license.identifier}.html` }
  // 3.0 has no webhooks: tools know them by this extension
  const older = { openapi, info: { ...own, license }, ...document, 'x-webhooks': webhooks }
  return new Converter(older, { allOfTransform: true }).convert()
}
