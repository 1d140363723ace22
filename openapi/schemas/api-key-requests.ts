import { Type } from '@sinclair/typebox'
import { OWN_SCOPES, SCOPES, type Scope } from '../../models/api-key.js'
import { Name } from './account.js'
import { CurrentPassword } from './me.js'

/** A pattern instead of a list of values: clients in Go share one scope for the values of all named lists, and permissions are one. */
const GrantedScope = Type.Unsafe<Scope>({
  type: 'string',
  pattern: `^(?:${SCOPES.join('|')})$`,
  examples: [OWN_SCOPES[1]],
})

const wanted = {
  name: { ...Name, description: 'A name by which you recognise the key.', examples: ['Nightly backup'] },
  scopes: Type.Array(GrantedScope, {
    minItems: 1,
    maxItems: SCOPES.length,
    uniqueItems: true,
    description:
      `What the key may be used for: ${OWN_SCOPES.map((scope) => `\`${scope}\``).join(', ')} for your own data and files, and the ` +
      'name of a permission for administration. The key never has more rights than its owner.',
  }),
  expiresAt: Type.String({ format: 'date-time', description: 'When the key expires. By default it does not.' }),
  allowedNetworks: Type.Array(Type.String({ maxLength: 43, examples: ['203.0.113.0/24'] }), {
    maxItems: 50,
    description: 'The addresses and networks (CIDR) that the key may be used from. By default every one.',
  }),
}

/** The body of a request that creates a key. */
export const NewApiKey = Type.Object(
  {
    name: wanted.name,
    scopes: wanted.scopes,
    expiresAt: Type.Optional(wanted.expiresAt),
    allowedNetworks: Type.Optional(wanted.allowedNetworks),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false },
)

/** The body of a request that changes a key. */
export const ApiKeyChange = Type.Object(
  {
    name: Type.Optional(wanted.name),
    scopes: Type.Optional(wanted.scopes),
    expiresAt: Type.Optional(
      Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'When the key expires; null if it does not.',
      }),
    ),
    allowedNetworks: Type.Optional(wanted.allowedNetworks),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false, minProperties: 1 },
)

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Every duration from 0 to 7 days in one unit. */
const OVERLAP = [
  '[0-7]d',
  '(?:\\d{1,2}|1[0-5]\\d|16[0-8])h',
  '(?:\\d{1,4}|100[0-7]\\d|10080)m',
  '(?:\\d{1,5}|[1-5]\\d{5}|60[0-3]\\d{3}|604[0-7]\\d{2}|604800)s',
].join('|')

/** The body of a rotation. */
export const ApiKeyRotation = Type.Object(
  {
    overlap: Type.Optional(
      Type.String({
        pattern: `^(?:${OVERLAP})$`,
        default: '0s',
        description:
          'How long the previous secret works on, such as `15m`, `24h` or `7d`: at most 7 days, by default not at all.',
        examples: ['24h'],
      }),
    ),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false },
)

/** Returns an overlap in milliseconds. */
export const overlapMs = (overlap: string): number =>
  Number.parseInt(overlap, 10) * (UNITS[overlap.slice(-1)] as number)
