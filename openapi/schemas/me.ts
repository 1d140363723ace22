import { Type } from '@sinclair/typebox'
import { ref } from '../ref.js'
import { ExternalId, Password, SessionSchema, TrustedDeviceSchema, UserSchema } from './account.js'
import { ApiKeySchema } from './api-key.js'
import { AssetSchema } from './asset.js'
import { AuditEventSchema } from './audit.js'
import { FactorSchema } from './factor.js'
import { InvitationSchema } from './invitation.js'

/** Confirms a sensitive change, for which a stolen session alone must not suffice. */
export const CurrentPassword = Type.Optional({
  ...Password,
  description:
    'Your own password, to confirm a sensitive change, if your account has no second factor. Otherwise call `stepUp` first.',
})

/** The body of a request that only confirms. */
export const CurrentPasswordBody = Type.Object({ currentPassword: CurrentPassword }, { additionalProperties: false })

export const SessionListSchema = Type.Object(
  {
    items: Type.Array(ref(SessionSchema), { description: 'The sessions, newest first.' }),
    trustedDevices: Type.Array(ref(TrustedDeviceSchema), { description: 'The trusted devices, newest first.' }),
  },
  { $id: 'SessionList', description: 'All sessions and trusted devices of an account.' },
)

export const AccountExportSchema = Type.Object(
  {
    user: ref(UserSchema),
    externalId: ExternalId,
    sessions: Type.Array(ref(SessionSchema), { description: 'The sessions, newest first.' }),
    assets: Type.Array(ref(AssetSchema), {
      description: 'The properties of all files, profile image included, newest first.',
    }),
    trustedDevices: Type.Array(ref(TrustedDeviceSchema), { description: 'The trusted devices, newest first.' }),
    factors: Type.Array(ref(FactorSchema), { description: 'The second factors, oldest first.' }),
    invitations: Type.Array(ref(InvitationSchema), {
      description: 'The invitation that created the account, and those that the account sent, newest first.',
    }),
    apiKeys: Type.Array(ref(ApiKeySchema), { description: 'The API keys, newest first.' }),
    activity: Type.Array(ref(AuditEventSchema), { description: 'The audit events, newest first.' }),
  },
  { $id: 'AccountExport', description: 'All data stored about an account, without its secrets.' },
)
