import { Type } from '@sinclair/typebox'
import { MAIL_STATES } from '../../models/job.js'
import { ref, stringEnum } from '../ref.js'
import { ID, UserSchema } from './account.js'
import { countedPageOf, pageOf } from './page.js'

const nullableTime = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

const count = (description: string) => Type.Integer({ minimum: 0, description })

export const UserParams = Type.Object({ userId: Type.String({ examples: [ID] }) })

export const UserPageSchema = countedPageOf(UserSchema, 'UserPage')

export const UserDetailsSchema = Type.Object(
  {
    user: ref(UserSchema),
    sessionCount: count('Devices that are signed in.'),
    assetCount: count('Files, avatars aside.'),
    assetBytes: count('Bytes of these files.'),
    lastLoginAt: nullableTime('When a session last began.'),
  },
  { $id: 'UserDetails', description: 'An account, and what it amounts to.' },
)

export const MailSchema = Type.Object(
  {
    id: Type.String({ examples: [ID] }),
    template: Type.String({ examples: ['login-code'] }),
    state: stringEnum(MAIL_STATES),
    attempts: count('Attempts so far.'),
    createdAt: Type.String({ format: 'date-time' }),
    nextAttemptAt: nullableTime('When it is next tried, where it waits.'),
    lastError: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the last attempt failed.',
      examples: ['ETIMEDOUT'],
    }),
  },
  { $id: 'Mail', description: 'A queued mail; neither its content nor its address is shown.' },
)

export const MailPageSchema = pageOf(MailSchema, 'MailPage')

export const StatisticsSchema = Type.Object(
  {
    users: Type.Object({ active: count('Accounts that can sign in.'), suspended: count('Accounts that cannot.') }),
    assets: Type.Object({ count: count('Files, avatars aside.'), bytes: count('Bytes of these files.') }),
    mails: Type.Object({ waiting: count('Mails to be sent.'), failed: count('Mails that could not be sent.') }),
    sessions: count('Devices that are signed in.'),
  },
  { $id: 'Statistics', description: 'How much there is of everything.' },
)
