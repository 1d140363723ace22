import { Type } from '@sinclair/typebox'
import { PERMISSIONS, ROLES, STATUSES } from '../../models/user.js'
import { ref, stringEnum } from '../ref.js'

/** As an id looks; ids are opaque. */
export const ID = '66f2a1b7c3d4e5f60718293a'
const CHALLENGE_ID = 'kq3Yl0v9Qm5b2XW8Zr7TnA'
const REFRESH_TOKEN = 'cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu'
const RESET_TOKEN = 'uJ8mVw2Rk5T1yQx7Lz3BfA'

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
  examples: [CHALLENGE_ID],
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
  examples: [REFRESH_TOKEN],
})

export const ResetToken = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'The resetToken of the step before.',
  examples: [RESET_TOKEN],
})

export const UserSchema = Type.Object(
  {
    id: Type.String({ examples: [ID] }),
    email: Type.String({ description: 'Trimmed and lower-cased.', examples: ['ada@example.com'] }),
    name: Type.String({ examples: ['Ada Lovelace'] }),
    role: stringEnum(ROLES),
    permissions: Type.Array(stringEnum(PERMISSIONS), { description: 'Granted by name, beyond those of the role.' }),
    status: stringEnum(STATUSES),
    avatarUrl: Type.Union([Type.String(), Type.Null()], {
      examples: ['https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp'],
    }),
    createdAt: timestamp('When the account came to be.'),
    updatedAt: timestamp('When anything shown here last changed.'),
  },
  { $id: 'User', description: 'An account.' },
)

export const ChallengeSchema = Type.Object(
  {
    challengeId: Type.String({ description: 'To be sent back with the mailed code.', examples: [CHALLENGE_ID] }),
    expiresAt: timestamp('When the code expires; the challenge itself lives longer, for a new code.'),
    resendAvailableAt: timestamp('When a new code may be asked for.'),
  },
  { $id: 'Challenge', description: 'A code has been mailed; this names what it belongs to.' },
)

export const TokensSchema = Type.Object(
  {
    accessToken: Type.String({
      description: 'A JWT for the Authorization header.',
      examples: ['eyJhbGciOiJIUzI1NiJ9.e30.…'],
    }),
    tokenType: Type.Literal('Bearer'),
    expiresIn: Type.Integer({ description: 'Seconds until the access token expires.', examples: [900] }),
    refreshToken: Type.Optional(
      Type.String({
        description: 'Only with delivery `body`; otherwise it is in the httpOnly cookie `__Host-refresh`.',
        examples: [REFRESH_TOKEN],
      }),
    ),
    refreshTokenExpiresAt: timestamp('The earlier of the idle and the absolute expiry of the session.'),
    user: ref(UserSchema),
  },
  { $id: 'Tokens', description: 'A session: what to call with, and how long.' },
)

export const SessionSchema = Type.Object(
  {
    id: Type.String({ examples: [ID] }),
    createdAt: timestamp('When this device signed in.'),
    lastUsedAt: timestamp('When it last refreshed.'),
    expiresAt: timestamp('When it ends unless it is used.'),
    userAgent: Type.String({ examples: ['Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0'] }),
    ip: Type.String({ examples: ['203.0.113.7'] }),
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
    resetToken: Type.String({ description: 'Sets a new password, once.', examples: [RESET_TOKEN] }),
    expiresAt: timestamp('When the token expires.'),
  },
  { $id: 'ResetToken', description: 'The leave to set a new password.' },
)
