import { SCOPES, type Scope } from '../../models/api-key.js'
import { caller } from './admin.js'
import { PASSWORD, type TestApp } from './app.js'

export interface ApiKey {
  id: string
  ownerId: string
  name: string
  prefix: string
  scopes: Scope[]
  allowedNetworks: string[]
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

/** A key of a signed-in account, created by a full request; with every scope unless it is told otherwise. */
export async function createKey(test: TestApp, session: { bearer: Record<string, string> }, wanted: object = {}) {
  const response = await caller(test, session)('POST', '/v1/users/me/api-keys', {
    name: 'Backup',
    scopes: SCOPES,
    currentPassword: PASSWORD,
    ...wanted,
  })
  if (response.statusCode !== 201) throw new Error(response.body)
  const { apiKey, secret } = response.json() as { apiKey: ApiKey; secret: string }
  return { apiKey, secret, bearer: { authorization: `Bearer ${secret}` } }
}
