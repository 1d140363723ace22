import { Type } from '@sinclair/typebox'
import { openEnum, ref, stringEnum } from '../ref.js'

const CHALLENGE = '2qZ4v1fJx0m8T3yQwK7nB5cRhL9sUeAi6dGpXoYtVjM'
const USER_HANDLE = 'ZvKht8PU5fYHGCk6'
const CHALLENGE_ID = 'kq3Yl0v9Qm5b2XW8Zr7TnA'
const CREDENTIAL_ID = 'pC8kq0m3Qx2Vt7Rz'

const bytes = (maxLength: number, example: string, description: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[A-Za-z0-9_-]+$',
    description: `${description} In base64url.`,
    examples: [example],
  })

const example = (value: string) => Buffer.from(value, 'latin1').toString('base64url')
/** Examples in their real form and length; the signature fits no key. */
const EXAMPLE = {
  clientDataJSON: example(
    `{"type":"webauthn.get","challenge":"${CHALLENGE}","origin":"https://app.example.com","crossOrigin":false}`,
  ),
  authenticatorData: example(`${'\x7e'.repeat(32)}\x1d\0\0\0\0`),
  attestationObject: example(`\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25${'\x7e'.repeat(37)}`),
  signature: example(`\x30\x44\x02\x20${'\x5a'.repeat(32)}\x02\x20${'\x3c'.repeat(32)}`),
}

export const CredentialDescriptorSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the passkey, in base64url.', examples: [CREDENTIAL_ID] }),
    type: openEnum(['public-key'], { description: 'Always `public-key`.' }),
    transports: Type.Array(Type.String(), { description: 'How the passkey can be reached.', examples: [['internal']] }),
  },
  { $id: 'CredentialDescriptor', description: 'A passkey, as WebAuthn describes it.' },
)

export const RequestOptionsSchema = Type.Object(
  {
    challenge: Type.String({ description: 'What the authenticator signs, in base64url.', examples: [CHALLENGE] }),
    timeout: Type.Integer({
      format: 'int32',
      description: 'Milliseconds until the challenge expires.',
      examples: [300_000],
    }),
    rpId: Type.String({ description: 'The domain of the passkeys.', examples: ['example.com'] }),
    allowCredentials: Type.Array(ref(CredentialDescriptorSchema), {
      description: 'The passkeys that answer; empty if any passkey of the domain does.',
    }),
    userVerification: openEnum(['required', 'preferred'], {
      description: 'If the authenticator must verify you, as by a PIN or a fingerprint.',
    }),
  },
  {
    $id: 'PasskeyRequestOptions',
    description:
      'Pass this to `PublicKeyCredential.parseRequestOptionsFromJSON`, and the result to `navigator.credentials.get` as `publicKey`.',
  },
)

export const PasskeyChallengeSchema = Type.Object(
  {
    challengeId: Type.String({
      description: 'Identifies the challenge. Send it back together with the answer of the passkey.',
      examples: [CHALLENGE_ID],
    }),
    options: ref(RequestOptionsSchema),
  },
  { $id: 'PasskeyChallenge', description: 'A challenge that a passkey answers. It lives five minutes and works once.' },
)

/** Further properties are allowed: a property that browsers add in the future must not break a sign-in. */
const ANSWER = { additionalProperties: true }

const CredentialType = stringEnum(['public-key'], { title: 'CredentialType', description: 'Always `public-key`.' })

/** The properties that the answers to a registration and to a sign-in have in common. */
const credential = {
  id: bytes(1368, CREDENTIAL_ID, 'The id of the passkey.'),
  rawId: bytes(1368, CREDENTIAL_ID, 'The id again.'),
  type: CredentialType,
}
const clientExtensionResults = Type.Object(
  {},
  { ...ANSWER, description: 'The results of extensions. They are not used.' },
)

export const AssertionSchema = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON: bytes(
          4096,
          EXAMPLE.clientDataJSON,
          'What the browser says of the request: challenge, origin and type.',
        ),
        authenticatorData: bytes(2048, EXAMPLE.authenticatorData, 'What the authenticator says of the use.'),
        signature: bytes(2048, EXAMPLE.signature, 'The signature over both.'),
        userHandle: Type.Optional(bytes(128, USER_HANDLE, 'The id of the account, as the authenticator holds it.')),
      },
      ANSWER,
    ),
    clientExtensionResults,
  },
  {
    ...ANSWER,
    $id: 'PasskeyAssertion',
    description: 'The answer of the passkey: what `toJSON()` of the result of `navigator.credentials.get` returns.',
  },
)

export const CreationOptionsSchema = Type.Object(
  {
    rp: Type.Object({
      id: Type.String({ description: 'The domain of the passkeys.', examples: ['example.com'] }),
      name: Type.String({ description: 'The name of the service.', examples: ['Coffer'] }),
    }),
    user: Type.Object({
      id: Type.String({ description: 'The id of the account, in base64url.', examples: [USER_HANDLE] }),
      name: Type.String({
        description: 'Your e-mail address, by which you choose a passkey.',
        examples: ['ada@example.com'],
      }),
      displayName: Type.String({ description: 'Your name.', examples: ['Ada Lovelace'] }),
    }),
    challenge: Type.String({ description: 'What the registration is bound to, in base64url.', examples: [CHALLENGE] }),
    pubKeyCredParams: Type.Array(
      Type.Object({
        type: openEnum(['public-key'], { description: 'Always `public-key`.' }),
        alg: Type.Integer({ format: 'int32', description: 'An algorithm, by its number in COSE.', examples: [-7] }),
      }),
      { description: 'The algorithms that the server checks.' },
    ),
    timeout: Type.Integer({
      format: 'int32',
      description: 'Milliseconds until the challenge expires.',
      examples: [300_000],
    }),
    excludeCredentials: Type.Array(ref(CredentialDescriptorSchema), { description: 'The passkeys that you have.' }),
    authenticatorSelection: Type.Object({
      residentKey: openEnum(['required'], { description: 'The passkey must be found without its id.' }),
      requireResidentKey: Type.Boolean({ description: 'The same, for older browsers.', examples: [true] }),
      userVerification: openEnum(['required'], { description: 'The authenticator must verify you.' }),
    }),
    attestation: openEnum(['none'], { description: 'The model of the authenticator does not matter.' }),
  },
  {
    $id: 'PasskeyCreationOptions',
    description:
      'Pass this to `PublicKeyCredential.parseCreationOptionsFromJSON`, and the result to `navigator.credentials.create` as `publicKey`.',
  },
)

export const PendingPasskeySchema = Type.Object(
  {
    challengeId: Type.String({
      description: 'Identifies the challenge. Send it back together with the answer of the passkey.',
      examples: [CHALLENGE_ID],
    }),
    options: ref(CreationOptionsSchema),
  },
  {
    $id: 'PendingPasskey',
    description: 'A passkey that is added once it has answered. The challenge lives five minutes and works once.',
  },
)

export const PasskeyRegistrationSchema = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON: bytes(
          4096,
          EXAMPLE.clientDataJSON,
          'What the browser says of the request: challenge, origin and type.',
        ),
        attestationObject: bytes(16_384, EXAMPLE.attestationObject, 'The passkey with its public key, in CBOR.'),
        transports: Type.Optional(
          Type.Array(Type.String({ maxLength: 32 }), {
            maxItems: 10,
            description: 'How the passkey can be reached.',
            examples: [['internal']],
          }),
        ),
      },
      ANSWER,
    ),
    clientExtensionResults,
  },
  {
    ...ANSWER,
    $id: 'PasskeyRegistration',
    description: 'The new passkey: what `toJSON()` of the result of `navigator.credentials.create` returns.',
  },
)
