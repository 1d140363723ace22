import { Type } from '@sinclair/typebox'
import { ref } from '../ref.js'
import { Password, SessionSchema, UserSchema } from './account.js'
import { AssetSchema } from './asset.js'
import { AuditEventSchema } from './audit.js'

/** For what nobody may do with a stolen session alone. */
export const CurrentPassword = Type.Optional({ ...Password, description: "The caller's own password, for a step-up." })

export const SessionListSchema = Type.Object(
  { items: Type.Array(ref(SessionSchema)) },
  { $id: 'SessionList', description: 'The signed-in devices, newest first.' },
)

export const AccountExportSchema = Type.Object(
  {
    user: ref(UserSchema),
    sessions: Type.Array(ref(SessionSchema)),
    assets: Type.Array(ref(AssetSchema), { description: 'Avatars included.' }),
    activity: Type.Array(ref(AuditEventSchema), { description: 'Newest first.' }),
  },
  { $id: 'AccountExport', description: 'All that is stored of an account, without its secrets.' },
)
