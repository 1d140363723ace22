import { Type } from '@sinclair/typebox'
import { AMR, METHODS } from '../../models/factor.js'
import { LOCALES } from '../../models/locale.js'
import { PERMISSIONS, ROLES, STATUSES } from '../../models/user.js'
import { openEnum, ref, stringEnum } from '../ref.js'
import { UserMetadataSchema } from './metadata.js'
import { RequestOptionsSchema } from './passkey.js'

/** An example of an id; to callers, ids are opaque. */
export const ID = '66f2a1b7c3d4e5f60718293a'
export const CHALLENGE_ID = 'kq3Yl0v9Qm5b2XW8Zr7TnA'
const REFRESH_TOKEN = 'cr1.ZnJvbSB0aGUgYW5zd2VyIG9mIHRoZSBzaWduLWlu'
const DEVICE_TOKEN = 'dW5ndWVzc2FibGUgaWQgb2YgdGhpcyBkZXZpY2U'
const RESET_TOKEN = 'uJ8mVw2Rk5T1yQx7Lz3BfA'

const timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** One ASCII address without quoting or comments; surrounding space is trimmed. */
export const Email = Type.String({
  maxLength: 254,
  pattern:
    "^\\s*[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))+\\s*$",
  description: 'An e-mail address. It is trimmed and lower-cased.',
  examples: ['ada@example.com'],
})

/** A password as it was typed. The limit bounds the cost of hashing; the strength is checked separately. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'A password of at most 256 code points. Unicode is normalised (NFC) before passwords are compared.',
  examples: ['a river runs through it'],
})

/** Controls, blanks, marks that reorder text (UAX #9) and other characters without a glyph; a name needs another one. */
const UNSHOWN =
  '\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f' +
  '\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb'

export const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  // anchored, because Python matches from the beginning
  pattern: `^[\\s\\S]*[^${UNSHOWN}]`,
  description: 'The name of the account, with at least one visible character. Unicode is normalised (NFC).',
  examples: ['Ada Lovelace'],
})

/** The language of mail, in a request. */
export const LocaleName = stringEnum(LOCALES, {
  title: 'Locale',
  description: 'The language in which mail is written.',
})

export const ChallengeId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'The `challengeId` that the first step returned.',
  examples: [CHALLENGE_ID],
})

export const Code = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'The six-digit code from the e-mail. Spaces and hyphens are ignored.',
  examples: ['314159'],
})

export const SignInCode = Type.String({
  ...Code,
  description: 'The code of the chosen method: six digits, or a backup code. Case, spaces and hyphens are ignored.',
})

/** The method that a typed code belongs to. */
export const CodeMethod = stringEnum(['mail', 'totp', 'backup-code'], {
  title: 'CodeMethod',
  description:
    'The method that the code belongs to: `mail` (the default) for the code from the e-mail, `totp` for an authenticator app, `backup-code`.',
})

export const TokenDelivery = Type.Optional(
  stringEnum(['cookie', 'body'], {
    title: 'TokenDelivery',
    default: 'cookie',
    description:
      'How you receive the refresh token: with `cookie` only in an httpOnly cookie, with `body` in the response, for clients other than browsers.',
  }),
)

export const RefreshToken = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'The refresh token, if your client stores it itself. Leave it out if you send the cookie.',
  examples: [REFRESH_TOKEN],
})

export const DeviceToken = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    description:
      'The `deviceToken` of an earlier sign-in with this address, if your client stores tokens itself. With it, failed attempts by ' +
      'other people do not lock this device out.',
    examples: [DEVICE_TOKEN],
  }),
)

export const ResetToken = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'The `resetToken` that the previous step returned.',
  examples: [RESET_TOKEN],
})

/** The account in another system. */
export const ExternalId = Type.Union(
  [Type.String({ examples: ['auth0:auth0|60425dc43519d90068f82973'] }), Type.Null()],
  {
    description: 'The account in the system that it was imported from, as `SYSTEM:ID`; null if it was not.',
  },
)

export const UserSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the account.', examples: [ID] }),
    email: Type.String({ description: 'The e-mail address, trimmed and lower-cased.', examples: ['ada@example.com'] }),
    name: Type.String({ description: 'The name, in Unicode NFC.', examples: ['Ada Lovelace'] }),
    role: openEnum(ROLES, { description: '`admin` has every permission; `user` has only those in `permissions`.' }),
    permissions: Type.Array(openEnum(PERMISSIONS), {
      description: 'Permissions granted individually, in addition to those of the role.',
    }),
    status: openEnum(STATUSES, { description: 'A `suspended` account cannot sign in.' }),
    avatarUrl: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'The URL of the profile image; null if there is none.',
      examples: ['https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.webp'],
    }),
    locale: openEnum(LOCALES, { description: 'The language in which mail is written.' }),
    metadata: ref(UserMetadataSchema),
    createdAt: timestamp('When the account was created.'),
    updatedAt: timestamp('When any of these properties last changed.'),
  },
  { $id: 'User', description: 'An account.' },
)

export const ChallengeSchema = Type.Object(
  {
    challengeId: Type.String({
      description: 'Identifies the challenge. Send it back together with the code.',
      examples: [CHALLENGE_ID],
    }),
    expiresAt: timestamp(
      'When the code expires. The challenge itself lives longer, so that you can request a new code.',
    ),
    resendAvailableAt: timestamp('The earliest time at which you can request a new code.'),
  },
  { $id: 'Challenge', description: 'A pending operation that you complete with the code from the e-mail.' },
)

export const LoginChallengeSchema = Type.Object(
  {
    ...ChallengeSchema.properties,
    methods: Type.Array(openEnum(METHODS), {
      description:
        'The methods that complete the sign-in. Without a second factor, that is `mail`: the code is on its way. With one, no code is mailed.',
      examples: [['mail']],
    }),
    passkeyOptions: Type.Optional(ref(RequestOptionsSchema)),
  },
  { $id: 'LoginChallenge', description: 'A sign-in that you complete by one of the methods.' },
)

export const TokensSchema = Type.Object(
  {
    accessToken: Type.String({
      description: 'A JWT. Send it as `Authorization: Bearer …`.',
      examples: ['eyJhbGciOiJIUzI1NiJ9.e30.…'],
    }),
    tokenType: Type.Literal('Bearer', { description: 'The authentication scheme of the access token.' }),
    expiresIn: Type.Integer({
      format: 'int32',
      description: 'The lifetime of the access token in seconds.',
      examples: [900],
    }),
    refreshToken: Type.Optional(
      Type.String({
        description:
          'The refresh token, if the session was started with delivery `body`. Otherwise it is only in the httpOnly cookie ' +
          '`__Host-refresh`.',
        examples: [REFRESH_TOKEN],
      }),
    ),
    deviceToken: Type.Optional(
      Type.String({
        description:
          'Present only if `delivery` was `body`; otherwise it is in the httpOnly cookie `__Host-device`. Keep it after you ' +
          'sign out, and send it when you sign in again.',
        examples: [DEVICE_TOKEN],
      }),
    ),
    refreshTokenExpiresAt: timestamp(
      'When the refresh token expires: at the idle or the absolute expiry of the session, whichever comes first.',
    ),
    user: ref(UserSchema),
  },
  { $id: 'Tokens', description: 'The tokens of a session and their lifetimes.' },
)

export const SessionSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the session.', examples: [ID] }),
    createdAt: timestamp('When the device signed in.'),
    lastUsedAt: timestamp('When the tokens were last refreshed.'),
    expiresAt: timestamp('When the session ends unless the tokens are refreshed before then.'),
    userAgent: Type.String({
      description: 'The `User-Agent` of the sign-in or the last refresh.',
      examples: ['Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0'],
    }),
    ip: Type.String({ description: 'The IP address of the sign-in or the last refresh.', examples: ['203.0.113.7'] }),
    amr: Type.Array(openEnum(AMR), {
      description:
        'How you authenticated in this session, as in the access token (RFC 8176): `mfa` with a second factor.',
      examples: [['pwd', 'otp', 'mfa']],
    }),
    current: Type.Boolean({ description: '`true` for the session that made this request.' }),
  },
  { $id: 'Session', description: 'A device that is signed in.' },
)

export const TrustedDeviceSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the trusted device. `revokeSession` accepts it.', examples: [ID] }),
    createdAt: timestamp('When the device was trusted.'),
    expiresAt: timestamp('When the trust ends.'),
    userAgent: Type.String({
      description: 'The `User-Agent` of the sign-in that trusted it.',
      examples: ['Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0'],
    }),
    ip: Type.String({ description: 'The IP address of that sign-in.', examples: ['203.0.113.7'] }),
  },
  { $id: 'TrustedDevice', description: 'A device that signs in by the password alone.' },
)

export const RegisteredSchema = Type.Object(
  { user: ref(UserSchema) },
  { $id: 'Registered', description: 'The account that was created.' },
)

export const ResetTokenSchema = Type.Object(
  {
    resetToken: Type.String({ description: 'Send it with the new password. It works once.', examples: [RESET_TOKEN] }),
    expiresAt: timestamp('When the token expires.'),
  },
  { $id: 'ResetToken', description: 'Permission to set a new password, once.' },
)
