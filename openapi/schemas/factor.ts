import { Type } from '@sinclair/typebox'
import { FACTOR_TYPES } from '../../models/factor.js'
import { openEnum, ref } from '../ref.js'
import { Name } from './account.js'

const ID = 'kq3Yl0v9Qm5b2XW8'
const BACKUP_CODE = '7K3MZ-0Q11X'

/** The id of a factor, in a path or a body. */
export const FactorId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'The id of the second factor.',
  examples: [ID],
})

export const FactorParams = Type.Object({ factorId: FactorId })

/** A name that the owner gives a factor. */
export const FactorName = { ...Name, description: 'A name by which you recognise the factor.', examples: ['Phone'] }

export const FactorSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the second factor.', examples: [ID] }),
    type: openEnum(FACTOR_TYPES, {
      description: 'The type: `totp` is an authenticator app. `backup-codes` stand in for the others.',
    }),
    name: Type.String({ description: 'The name, in Unicode NFC.', examples: ['Phone'] }),
    createdAt: Type.String({ format: 'date-time', description: 'When the factor was added.' }),
    lastUsedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'When the factor was last used; null if never.',
    }),
    remaining: Type.Optional(
      Type.Integer({
        format: 'int32',
        minimum: 0,
        description: 'The number of backup codes that are left; present for `backup-codes` only.',
        examples: [10],
      }),
    ),
  },
  { $id: 'Factor', description: 'A second factor, without its secret.' },
)

export const FactorListSchema = Type.Object(
  { items: Type.Array(ref(FactorSchema), { description: 'The second factors, oldest first.' }) },
  { $id: 'FactorList', description: 'All second factors of an account.' },
)

export const PendingTotpSchema = Type.Object(
  {
    factorId: Type.String({
      description: 'Identifies the authenticator app. Send it with its first code.',
      examples: [ID],
    }),
    secret: Type.String({
      description: 'The secret in base32, for people who type it instead of scanning a QR code. It is shown this once.',
      examples: ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'],
    }),
    uri: Type.String({
      description: 'The key URI (`otpauth://`) with the secret. Show it as a QR code.',
      examples: ['otpauth://totp/Coffer:ada%40example.com?issuer=Coffer&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'],
    }),
  },
  { $id: 'PendingTotp', description: 'An authenticator app that becomes a second factor with its first code.' },
)

const backupCodes = Type.Array(Type.String({ examples: [BACKUP_CODE] }), {
  description: 'Ten codes, each of which works once in place of a second factor. They are shown this once.',
})

export const AddedFactorSchema = Type.Object(
  {
    factor: ref(FactorSchema),
    backupCodes: Type.Optional({
      ...backupCodes,
      description: `${backupCodes.description} Present with your first authenticator app or passkey only.`,
    }),
  },
  { $id: 'AddedFactor', description: 'The second factor that was added.' },
)

export const BackupCodesSchema = Type.Object(
  { backupCodes },
  { $id: 'BackupCodes', description: 'New backup codes. The previous ones no longer work.' },
)
