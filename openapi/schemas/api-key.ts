import { Type } from '@sinclair/typebox'
import { SCOPES } from '../../models/api-key.js'
import { openEnum, ref } from '../ref.js'
import { ID } from './account.js'
import { pageOf } from './page.js'

const SECRET = 'cof_7Fq2mXw9LkT4vBz8RnYc5HdJ1sGa6PeUo33A1L16'

const nullableTime = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

export const ApiKeySchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the key.', examples: [ID] }),
    ownerId: Type.String({ description: 'The id of the account that the key acts for.', examples: [ID] }),
    name: Type.String({ description: 'The name of the key.', examples: ['Nightly backup'] }),
    prefix: Type.String({ description: 'The first 12 characters of the secret.', examples: [SECRET.slice(0, 12)] }),
    scopes: Type.Array(openEnum(SCOPES), { description: 'What the key may be used for.' }),
    allowedNetworks: Type.Array(Type.String(), {
      description: 'The networks that the key may be used from; empty for all.',
      examples: [['203.0.113.0/24']],
    }),
    createdAt: Type.String({ format: 'date-time', description: 'When the key was created.' }),
    expiresAt: nullableTime('When the key expires; null if it does not.'),
    lastUsedAt: nullableTime('When the key was last used, exact to a minute; null if it never was.'),
  },
  { $id: 'ApiKey', description: 'An API key, without its secret.' },
)

export const ApiKeyListSchema = Type.Object(
  { items: Type.Array(ref(ApiKeySchema), { description: 'The API keys, newest first.' }) },
  { $id: 'ApiKeyList', description: 'All API keys of an account.' },
)

export const ApiKeyPageSchema = pageOf(ApiKeySchema, 'ApiKeyPage')

export const IssuedApiKeySchema = Type.Object(
  {
    apiKey: ref(ApiKeySchema),
    secret: Type.String({
      description:
        'The secret, which is shown this once. Send it as `Authorization: Bearer …`. It is `cof_`, 34 random base62 digits, and six base62 ' +
        'digits of their CRC-32.',
      examples: [SECRET],
    }),
  },
  { $id: 'IssuedApiKey', description: 'An API key with its new secret.' },
)

export const KeyParams = Type.Object({
  keyId: Type.String({ description: 'The id of the API key.', examples: [ID] }),
})
