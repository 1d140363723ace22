import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { newFolder } from './process.js'

/** Writes a JSON Schema to a file, and returns its path. */
export function schemaFile(t: Test, schema: unknown): string {
  const file = join(newFolder(t), 'schema.json')
  writeFileSync(file, typeof schema === 'string' ? schema : JSON.stringify(schema))
  return file
}

/** A schema with one filter of each type. */
export const PLAN = {
  type: 'object',
  properties: {
    plan: { type: 'string', enum: ['free', 'pro'], 'x-filter': true },
    seats: { type: 'integer', minimum: 1, 'x-filter': true },
    beta: { type: 'boolean', 'x-filter': true },
    team: { type: 'string', maxLength: 100, 'x-filter': true },
    site: { $ref: '#/$defs/site' },
  },
  $defs: { site: { type: 'string', format: 'uri' } },
  additionalProperties: false,
}
