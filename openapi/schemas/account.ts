import { Type } from '@sinclair/typebox'
import { PERMISSIONS } from '../../models/user.js'
import { ref, stringEnum } from '../ref.js'

const timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** One address, ASCII, without quoting or comments; space around it is trimmed. */
export const Email = Type.String({
  maxLength: 254,
  pattern:
    "^\\s*[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))+\\s*$",
  description: 'An e-mail address. It is trimmed and lower-cased.',
  examples: ['ada@example.com'],
})

/** A password as typed: bounded so that hashing is; its strength is judged apart from its form. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'A password of at most 256 code points, compared after Unicode normalisation (NFC).',
  examples: ['a river runs through it'],
})

export const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'A name, kept verbatim.',
  examples: ['Ada Lovelace'],
})

export const ChallengeId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'The challengeId of the first step.',
})

export const Code = Type.String({
  minLength: 1,
  maxLength: 16,
  description: 'The six digits from the mail.',
  examples: ['314159'],
})

export const RefreshToken = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'The refresh token, from a client that keeps it itself; not along with the cookie.',
})

export const UserSchema = Type.Object(
  {
    id: Type.String(),
    email: Type.String({ description: 'Trimmed and lower-cased.' }),
    name: Type.String(),
    role: stringEnum(['user', 'admin']),
    permissions: Type.Array(stringEnum(PERMISSIONS), { description: 'Granted by name, beyond those of the role.' }),
    status: stringEnum(['active', 'suspended']),
    avatarUrl: Type.Union([Type.String(), Type.Null()]),
    createdAt: timestamp('When the account came to be.'),
    updatedAt: timestamp('When anything shown here last changed.'),
  },
  { $id: 'User', description: 'An account.' },
)

export const ChallengeSchema = Type.Object(
  {
    challengeId: Type.String({ description: 'To be sent back with the mailed code.' }),
    expiresAt: timestamp('When the code expires; the challenge itself lives longer, for a new code.'),
    resendAvailableAt: timestamp('When a new code may be asked for.'),
  },
  { $id: 'Challenge', description: 'A code has been mailed; this names what it belongs to.' },
)

export const TokensSchema = Type.Object(
  {
    accessToken: Type.String({ description: 'A JWT for the Authorization header.' }),
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'Seconds until the access token expires.' }),
    refreshToken: Type.Optional(
      Type.String({
        description: 'Only with delivery `body`; otherwise it is in the httpOnly cookie `__Host-refresh`.',
      }),
    ),
    refreshTokenExpiresAt: timestamp('The earlier of the idle and the absolute expiry of the session.'),
    user: ref(UserSchema),
  },
  { $id: 'Tokens', description: 'A session: what to call with, and how long.' },
)

export const SessionSchema = Type.Object(
  {
    id: Type.String(),
    createdAt: timestamp('When this device signed in.'),
    lastUsedAt: timestamp('When it last refreshed.'),
    expiresAt: timestamp('When it ends unless it is used.'),
    userAgent: Type.String(),
    ip: Type.String(),
    current: Type.Boolean({ description: 'Whether this call belongs to it.' }),
  },
  { $id: 'Session', description: 'A signed-in device.' },
)

export const RegisteredSchema = Type.Object(
  { user: ref(UserSchema) },
  { $id: 'Registered', description: 'The account that came to be.' },
)

export const ResetTokenSchema = Type.Object(
  {
    resetToken: Type.String({ description: 'Sets a new password, once.' }),
    expiresAt: timestamp('When the token expires.'),
  },
  { $id: 'ResetToken', description: 'The leave to set a new password.' },
)
