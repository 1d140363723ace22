import { Type } from '@sinclair/typebox'
import { ref, stringEnum } from '../ref.js'

export const LivenessSchema = Type.Object(
  { status: Type.Literal('ok') },
  { $id: 'Liveness', description: 'The process answers.' },
)

export const PublicKeySchema = Type.Object(
  {
    kty: Type.String({ examples: ['OKP'] }),
    crv: Type.String({ examples: ['Ed25519'] }),
    x: Type.String({ examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'] }),
    y: Type.Optional(
      Type.String({ description: 'Of a key on P-256.', examples: ['x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'] }),
    ),
    kid: Type.String({
      description: 'Named by the header of a token.',
      examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    }),
    alg: Type.String({ examples: ['EdDSA'] }),
    use: Type.String({ examples: ['sig'] }),
  },
  { $id: 'PublicKey', description: 'A JSON Web Key (RFC 7517).' },
)

export const KeySetSchema = Type.Object(
  { keys: Type.Array(ref(PublicKeySchema)) },
  { $id: 'KeySet', description: 'A JSON Web Key Set (RFC 7517, 5).' },
)

const check = stringEnum(['ok', 'unavailable'])

export const ReadinessSchema = Type.Object(
  {
    status: check,
    reason: Type.Optional(
      stringEnum(['database-unreachable', 'indexes-missing', 'stopping'], {
        description: 'Why not; indexes that are missing are made by `npm run migrate`.',
      }),
    ),
    checks: Type.Object({ database: check, mail: check, storage: check }),
  },
  {
    $id: 'Readiness',
    description: 'Whether requests can be served; mail and files may be down meanwhile.',
    examples: [{ status: 'ok', checks: { database: 'ok', mail: 'ok', storage: 'ok' } }],
  },
)
