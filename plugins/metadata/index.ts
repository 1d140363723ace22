import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Metadata } from '../../models/metadata.js'
import { type FieldError, Problem } from '../../openapi/errors.js'
import { ConfigError } from '../config/error.js'
import { MAX_FIELD_ERRORS } from '../http/error-handler.js'
import { type CompiledSchema, compileSchema } from './schema.js'

declare module 'fastify' {
  interface FastifyInstance {
    metadata: ReturnType<typeof createMetadata>
  }
}

export const MAX_METADATA_BYTES = 4096
export const MAX_METADATA_DEPTH = 5

/** The kinds of metadata: the variable that names the schema, and the property that holds the object. */
const KINDS = {
  user: { variable: 'USER_METADATA_SCHEMA', property: 'metadata', component: 'UserMetadata' },
  admin: { variable: 'ADMIN_METADATA_SCHEMA', property: 'adminMetadata', component: 'AdminMetadata' },
  asset: { variable: 'ASSET_METADATA_SCHEMA', property: 'metadata', component: 'AssetMetadata' },
} as const
export type MetadataKind = keyof typeof KINDS

/** The keys of objects at every depth. No database and no JavaScript gives such a key a meaning of its own. */
const KEY = /^(?!(?:constructor|prototype)$)[A-Za-z][A-Za-z0-9_-]{0,63}$/

const toToken = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** Yields what is wrong with a value whatever the schema says. */
function* faults(value: unknown, pointer: string, depth: number): Generator<FieldError> {
  // a parser reads 1e999 as a number that JSON can't say
  if (typeof value === 'number' && !Number.isFinite(value)) {
    yield { pointer, code: 'number', message: 'must be a number of double precision' }
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    yield { pointer, code: 'unicode', message: 'must not have half a character' }
  }
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_METADATA_DEPTH) {
    yield { pointer, code: 'depth', message: `must not be nested deeper than ${MAX_METADATA_DEPTH} levels` }
    return
  }
  for (const [key, entry] of Object.entries(value)) {
    const place = `${pointer}/${toToken(key)}`
    if (Array.isArray(value) || KEY.test(key)) yield* faults(entry, place, depth + 1)
    else
      yield {
        pointer: place,
        code: 'propertyNames',
        message: 'must have a key of letters, digits, _ and -, a letter first',
      }
  }
}

/** Creates the check of metadata by the schemas of the operator, which are compiled here. @throws ConfigError */
export function createMetadata({ config }: Pick<FastifyInstance, 'config'>) {
  const problems: string[] = []
  const schemaOf = (kind: MetadataKind): CompiledSchema | undefined => {
    const { variable } = KINDS[kind]
    const file = config[variable]
    if (file === undefined) return undefined
    try {
      return compileSchema(file)
    } catch (error) {
      problems.push(`${variable}=${file} can't be used: ${(error as Error).message}.`)
      return undefined
    }
  }
  const compiled = { user: schemaOf('user'), admin: schemaOf('admin'), asset: schemaOf('asset') }
  if (problems.length > 0) throw new ConfigError(problems)

  /** Returns what is wrong with metadata. */
  function errorsOf(kind: MetadataKind, metadata: Metadata): FieldError[] {
    const pointer = `/${KINDS[kind].property}`
    const found = [...faults(metadata, pointer, 1)]
    if (found.length > 0) return found
    if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) {
      return [{ pointer, code: 'maxBytes', message: `must have at most ${MAX_METADATA_BYTES} bytes as JSON` }]
    }
    return (compiled[kind]?.errorsOf(metadata) ?? []).map(({ instancePath, keyword, params, message }) => {
      const child = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty
      const place = child === undefined ? '' : `/${toToken(`${child}`)}`
      return { pointer: `${pointer}${instancePath}${place}`, code: keyword, message: message as string }
    })
  }

  return {
    /** The schemas of the operator, by the name of the component that they replace in the contract. */
    components: Object.fromEntries(
      Object.entries(compiled).flatMap(([kind, own]) => {
        const { component } = KINDS[kind as MetadataKind]
        // an identifier of its own, so that references in the schema stay in it
        return own ? [[component, { $id: `urn:coffer:${component}`, ...own.schema }]] : []
      }),
    ),

    errorsOf,

    /**
     * Returns what is stored with metadata: its values that lists can be filtered by, as `key:value`.
     * @throws Problem VALIDATION_FAILED
     */
    check(kind: MetadataKind, metadata: Metadata): string[] {
      const errors = errorsOf(kind, metadata)
      if (errors.length > 0) throw new Problem('VALIDATION_FAILED', { errors: errors.slice(0, MAX_FIELD_ERRORS) })
      const { filters = [] } = compiled[kind] ?? {}
      return filters.flatMap((key) => (key in metadata ? [`${key}:${metadata[key]}`] : []))
    },

    /**
     * Reads the metadata of a form, which is text.
     * @throws Problem VALIDATION_FAILED
     */
    parse(text: string): Metadata {
      try {
        const value: unknown = JSON.parse(text)
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Metadata
      } catch {
        // no JSON: refused below
      }
      const error = { pointer: '/metadata', code: 'type', message: 'must be a JSON object' }
      throw new Problem('VALIDATION_FAILED', { errors: [error] })
    },

    /**
     * Returns the filters of a list as {@link check} returns them.
     * @param wanted values as `key:value`
     * @throws Problem INVALID_FILTER for a key that can't be filtered by
     */
    filters(kind: MetadataKind, wanted: string[] = []): string[] {
      const known = compiled[kind]?.filters ?? []
      return wanted.map((filter) => {
        if (known.includes(filter.slice(0, filter.indexOf(':')))) return filter
        const detail = known.length > 0 ? { detail: `The list can be filtered by ${known.join(', ')}.` } : {}
        throw new Problem('INVALID_FILTER', detail)
      })
    },
  }
}

/** Decorates `metadata`. */
export default fp(
  async (app) => {
    app.decorate('metadata', createMetadata(app))
  },
  { name: 'metadata', dependencies: ['config'] },
)
