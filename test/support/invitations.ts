import { caller } from './admin.js'
import { codeIn, newEmail, PASSWORD, post, type TestApp, withMail } from './app.js'

type Session = { bearer: Record<string, string> }

/** Invites an address by a full request, and reads the code from the mail. */
export async function invite(test: TestApp, by: Session, payload: { email?: string; [name: string]: unknown } = {}) {
  const email = payload.email ?? newEmail()
  const { answer, mail } = await withMail(test, email, /./, async () => {
    const response = await caller(test, by)('POST', '/v1/admin/invitations', {
      email,
      ...(('role' in payload || 'permissions' in payload) && { currentPassword: PASSWORD }),
      ...payload,
    })
    if (response.statusCode !== 201) throw new Error(response.body)
    return response
  })
  return { email, invitation: answer.json(), id: answer.json().id as string, code: codeIn(mail), mail }
}

/** Accepts an invitation. */
export const accept = (
  { app }: Pick<TestApp, 'app'>,
  { id, code }: { id: string; code: string },
  others: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) =>
  post(
    app,
    '/v1/auth/invitations/accept',
    { invitationId: id, code, password: PASSWORD, name: 'Grace Hopper', ...others },
    { headers },
  )
