import { Type } from '@sinclair/typebox'
import { PERMISSIONS, STATUSES } from '../../models/user.js'
import { openEnum, stringEnum } from '../ref.js'
import { ID, Name } from './account.js'
import { CurrentPassword } from './me.js'
import { pageOf } from './page.js'

export const ServiceAccountParams = Type.Object({
  accountId: Type.String({ description: 'The id of the service account.', examples: [ID] }),
})

export const ServiceAccountSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the service account.', examples: [ID] }),
    name: Type.String({ description: 'The name, in Unicode NFC.', examples: ['Nightly backup'] }),
    permissions: Type.Array(openEnum(PERMISSIONS), {
      description: 'The permissions, which bound those of its API keys.',
    }),
    status: openEnum(STATUSES, { description: 'The API keys of a `suspended` service account are refused.' }),
    keyCount: Type.Integer({ format: 'int64', minimum: 0, description: 'The number of its API keys.' }),
    createdAt: Type.String({ format: 'date-time', description: 'When the service account was created.' }),
  },
  {
    $id: 'ServiceAccount',
    description:
      'An account of a program: it has no e-mail address and no password, owns files, and acts by its API keys only.',
  },
)

export const ServiceAccountPageSchema = pageOf(ServiceAccountSchema, 'ServiceAccountPage')

const name = { ...Name, description: 'The name of the service account.', examples: ['Nightly backup'] }
const permissions = Type.Optional(
  Type.Array(stringEnum(PERMISSIONS, { title: 'Permission', description: 'A permission.' }), {
    maxItems: PERMISSIONS.length,
    uniqueItems: true,
    description: 'The permissions of the service account; none by default.',
  }),
)

/** The body of a request that creates a service account. */
export const NewServiceAccount = Type.Object(
  { name, permissions, currentPassword: CurrentPassword },
  { additionalProperties: false },
)

/** The body of a request that changes a service account. */
export const ServiceAccountChange = Type.Object(
  {
    name: Type.Optional(name),
    permissions: { ...permissions, description: 'The permissions. They replace the present ones.' },
    status: Type.Optional(
      stringEnum(STATUSES, { title: 'Status', description: '`suspended` stops the API keys of the service account.' }),
    ),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false, minProperties: 1 },
)
