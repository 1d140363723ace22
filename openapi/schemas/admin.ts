import { Type } from '@sinclair/typebox'
import { MAIL_STATES } from '../../models/job.js'
import { openEnum, ref, stringEnum } from '../ref.js'
import { ExternalId, ID, UserSchema } from './account.js'
import { AdminMetadataSchema } from './metadata.js'
import { countedPageOf, pageOf } from './page.js'

const nullableTime = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const count = (description: string) => Type.Integer({ format: 'int64', minimum: 0, description })

export const UserParams = Type.Object({
  userId: Type.String({ description: 'The id of the account.', examples: [ID] }),
})

export const AdminUserSchema = Type.Object(
  { ...UserSchema.properties, adminMetadata: ref(AdminMetadataSchema) },
  { $id: 'AdminUser', description: 'An account as administrators see it.' },
)

export const UserPageSchema = countedPageOf(AdminUserSchema, 'UserPage')

export const UserDetailsSchema = Type.Object(
  {
    user: ref(AdminUserSchema),
    sessionCount: count('The number of sessions that have not expired.'),
    assetCount: count('The number of files, without the profile image.'),
    assetBytes: count('The size of these files in bytes.'),
    lastLoginAt: nullableTime('When the owner last signed in; null if never.'),
    externalId: ExternalId,
  },
  { $id: 'UserDetails', description: 'An account with its usage.' },
)

/** The query parameter that selects e-mails. */
export const MailState = stringEnum(MAIL_STATES, { title: 'MailState', description: 'Only e-mails in this state.' })

export const MailSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the e-mail.', examples: [ID] }),
    template: Type.String({ description: 'The template that it was written from.', examples: ['login-code'] }),
    state: openEnum(MAIL_STATES, {
      description:
        'The state of the e-mail: `waiting` for its next attempt, `sent`, `failed` in its last attempt, or `expired` before it could be sent.',
    }),
    attempts: count('The number of attempts to send it so far.'),
    createdAt: Type.String({ format: 'date-time', description: 'When it was queued.' }),
    nextAttemptAt: nullableTime('When the next attempt is due; null unless the state is `waiting`.'),
    lastError: Type.Union([Type.String(), Type.Null()], {
      description: 'The error of the last failed attempt; null if no attempt has failed.',
      examples: ['ETIMEDOUT'],
    }),
  },
  { $id: 'Mail', description: 'An outgoing e-mail, without its content and its recipient.' },
)

export const MailPageSchema = pageOf(MailSchema, 'MailPage')

export const StatisticsSchema = Type.Object(
  {
    users: Type.Object({
      active: count('The number of active accounts.'),
      suspended: count('The number of suspended accounts.'),
    }),
    assets: Type.Object({
      count: count('The number of files, without profile images.'),
      bytes: count('The size of these files in bytes.'),
    }),
    mails: Type.Object({
      waiting: count('The number of e-mails that wait to be sent.'),
      failed: count('The number of e-mails that could not be sent.'),
    }),
    sessions: count('The number of sessions that have not expired.'),
  },
  { $id: 'Statistics', description: 'Totals.' },
)
