import { Type } from '@sinclair/typebox'
import { openEnum, ref } from '../ref.js'

export const LivenessSchema = Type.Object(
  { status: Type.Literal('ok', { description: 'Always `ok`.' }) },
  { $id: 'Liveness', description: 'The process is running.' },
)

export const PublicKeySchema = Type.Object(
  {
    kty: Type.String({ description: 'The key type.', examples: ['OKP'] }),
    crv: Type.String({ description: 'The curve.', examples: ['Ed25519'] }),
    x: Type.String({
      description: 'The x coordinate, base64url.',
      examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
    }),
    y: Type.Optional(
      Type.String({
        description: 'The y coordinate, base64url; present for keys on P-256 only.',
        examples: ['x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'],
      }),
    ),
    kid: Type.String({
      description: 'The id of the key. The header of an access token names the key that signed it.',
      examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    }),
    alg: Type.String({ description: 'The signature algorithm.', examples: ['EdDSA'] }),
    use: Type.String({ description: 'The use of the key: signatures.', examples: ['sig'] }),
  },
  { $id: 'PublicKey', description: 'A public key as a JSON Web Key (RFC 7517).' },
)

export const KeySetSchema = Type.Object(
  { keys: Type.Array(ref(PublicKeySchema), { description: 'Every key that access tokens are accepted with.' }) },
  { $id: 'KeySet', description: 'A JSON Web Key Set (RFC 7517, section 5).' },
)

const check = (description: string) => openEnum(['ok', 'unavailable'], { description })

export const ReadinessSchema = Type.Object(
  {
    status: check('Whether the server can handle requests.'),
    reason: Type.Optional(
      openEnum(['database-unreachable', 'indexes-missing', 'stopping'], {
        description: 'Why the server is not ready. `npm run migrate` creates missing indexes.',
      }),
    ),
    checks: Type.Object({
      database: check('Whether the database responds and has its indexes.'),
      mail: check('Whether the mail server was reachable when it was last used.'),
      storage: check('Whether the file store was reachable when it was last used.'),
      redis: Type.Optional(check('Whether Redis responds; present if `REDIS_URL` is set.')),
    }),
    reasons: Type.Optional(
      Type.Object(
        {
          mail: Type.Optional(
            Type.String({ description: 'Why mail is unavailable.', examples: ['EAUTH invalid_grant'] }),
          ),
          redis: Type.Optional(Type.String({ description: 'Why Redis is unavailable.', examples: ['ECONNREFUSED'] })),
        },
        { description: 'The codes of the errors of checks that failed, if they are known.' },
      ),
    ),
  },
  {
    $id: 'Readiness',
    description: 'Whether the server can handle requests, and which of its services respond.',
    examples: [{ status: 'ok', checks: { database: 'ok', mail: 'ok', storage: 'ok' } }],
  },
)
