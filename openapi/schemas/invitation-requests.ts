import { Type } from '@sinclair/typebox'
import { INVITATION_STATES } from '../../models/invitation.js'
import { PERMISSIONS, ROLES } from '../../models/user.js'
import { stringEnum } from '../ref.js'
import { Code, Email, LocaleName, Name, Password } from './account.js'
import { INVITATION_ID } from './invitation.js'
import { CurrentPassword } from './me.js'
import { oneOf } from './webhook.js'

/** The query parameter that selects invitations. */
export const InvitationState = oneOf(INVITATION_STATES, {
  description: 'Only invitations in this state: `pending`, `accepted`, `expired` or `withdrawn`.',
  examples: [INVITATION_STATES[0]],
})

/** The body of a request that creates an invitation. */
export const NewInvitation = Type.Object(
  {
    email: Email,
    role: Type.Optional(stringEnum(ROLES, { title: 'Role', default: 'user', description: 'The role of the account.' })),
    permissions: Type.Optional(
      Type.Array(stringEnum(PERMISSIONS, { title: 'Permission', description: 'A permission.' }), {
        maxItems: PERMISSIONS.length,
        uniqueItems: true,
        description: 'The permissions of the account; none by default.',
      }),
    ),
    name: Type.Optional({
      ...Name,
      description: 'The name to greet in the mail. The account gets the name that its owner chooses.',
    }),
    locale: Type.Optional(LocaleName),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false },
)

/** The body of a request that accepts an invitation. */
export const Acceptance = Type.Object(
  {
    invitationId: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The id of the invitation, from the mail.',
      examples: [INVITATION_ID],
    }),
    code: Code,
    password: Password,
    name: Name,
  },
  { additionalProperties: false },
)
