import { Type } from '@sinclair/typebox'
import { INVITATION_STATES } from '../../models/invitation.js'
import { MAIL_STATES } from '../../models/job.js'
import { LOCALES } from '../../models/locale.js'
import { PERMISSIONS, ROLES } from '../../models/user.js'
import { openEnum } from '../ref.js'
import { ID } from './account.js'
import { pageOf } from './page.js'

export const INVITATION_ID = 'qwkzjtmnbvrxplsdfghycaeu'

const nullable = (description: string, example: string) =>
  Type.Union([Type.String(), Type.Null()], { description, examples: [example] })

const timestamp = (description: string) => Type.String({ format: 'date-time', description })

export const InvitationParams = Type.Object({
  invitationId: Type.String({ description: 'The id of the invitation.', examples: [INVITATION_ID] }),
})

export const InvitationSchema = Type.Object(
  {
    id: Type.String({
      description: 'The id of the invitation. With the code, it accepts the invitation.',
      examples: [INVITATION_ID],
    }),
    email: Type.String({ description: 'The invited address, trimmed and lower-cased.', examples: ['ada@example.com'] }),
    name: nullable('The name that the mail greets; null if none was given.', 'Ada Lovelace'),
    locale: Type.Union([openEnum(LOCALES), Type.Null()], {
      description:
        'The language of the mail and of the account. If it is null, the mail has that of the account that sends it, and the account that of the browser ' +
        'that accepts.',
    }),
    role: openEnum(ROLES, { description: 'The role of the account.' }),
    permissions: Type.Array(openEnum(PERMISSIONS), {
      description: 'The permissions of the account, in addition to those of the role.',
    }),
    state: openEnum(INVITATION_STATES, {
      description:
        'The state: `pending`, `accepted`, `expired` or `withdrawn`. An expired invitation can be sent again.',
    }),
    mailState: Type.Union([openEnum(MAIL_STATES), Type.Null()], {
      description:
        'The state of the e-mail with the current code: `waiting` for its next attempt, `sent`, `failed` in its last attempt, or ' +
        '`expired` before it could be sent. Null once its record was removed.',
    }),
    mailError: nullable('The error of the last failed attempt to send it; null if no attempt has failed.', 'ETIMEDOUT'),
    invitedBy: nullable('The id of the account that sent it last, and answers for it; null for the command line.', ID),
    userId: nullable('The id of the account that accepted it; null before.', ID),
    createdAt: timestamp('When the invitation was created.'),
    expiresAt: timestamp('When the code expires.'),
  },
  { $id: 'Invitation', description: 'An account that is offered to an e-mail address.' },
)

export const InvitationPageSchema = pageOf(InvitationSchema, 'InvitationPage')
