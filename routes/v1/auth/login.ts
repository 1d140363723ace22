import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { methodsOf } from '../../../models/factor.js'
import { canonicalEmail } from '../../../models/user.js'
import { withHeaders } from '../../../openapi/answers.js'
import { Problem } from '../../../openapi/errors.js'
import { ref } from '../../../openapi/ref.js'
import { DeviceToken, Email, LoginChallengeSchema, Password, TokensSchema } from '../../../openapi/schemas/account.js'
import { AMR_OF } from '../../../plugins/auth/factors.js'

const SIGN_IN_FIELDS = {
  name: 1,
  locale: 1,
  password: 1,
  status: 1,
  authVersion: 1,
  kind: 1,
  role: 1,
  permissions: 1,
  factors: 1,
  trustedDevices: 1,
} as const

// part of the contract of a server that trusts devices; many generators take the lowest status for the only one
const SIGNED_IN = { 200: withHeaders(ref(TokensSchema, 'You are signed in: the device is trusted.'), 'Set-Cookie') }

const Body = Type.Object(
  { email: Email, password: Password, deviceToken: DeviceToken },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/login',
    {
      config: { limit: 'sign-in', counts: { signIns: true } },
      schema: {
        operationId: 'login',
        tags: ['Sign-in'],
        summary: 'Start sign-in',
        description:
          'Checks your password and returns the methods by which you can complete the sign-in. If your account has no second factor, ' +
          'that is a code, which is sent to your e-mail address. An unknown account, a suspended account and a wrong password all get ' +
          'the same response. If the server lets devices be trusted (`TRUSTED_DEVICE_TTL`), a trusted one gets 200 with the answer of `verifyLogin` at once.',
        security: [],
        body: Body,
        response: {
          ...(app.config.TRUSTED_DEVICE_TTL > 0 && SIGNED_IN),
          202: ref(LoginChallengeSchema, 'The password is right. Complete the sign-in by one of the methods.'),
        },
        problems: ['INVALID_CREDENTIALS', 'INVALID_CODE', 'TOO_MANY_FAILURES', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const email = canonicalEmail(request.body.email)
      const user = await app.db.User.findOne({ email }, SIGN_IN_FIELDS).lean()
      const device = app.devices.proven(request, email, request.body.deviceToken)
      const owner = { email, proof: device, userId: user?._id ?? null }
      const { matches, outdated } = await app.budgets.attempt(request, 'password', owner, async () => {
        const compared = await app.passwords.verify(request.body.password, user?.password)
        return { ...compared, matches: compared.matches && user?.status === 'active' }
      })
      if (!user || !matches) {
        await app.audit.record(request, { action: 'login.failed', targetId: user?._id ?? null, outcome: 'failure' })
        throw new Problem('INVALID_CREDENTIALS')
      }
      if (outdated) {
        const password = await app.passwords.hash(request.body.password)
        // replaces only the hash that was verified, never a password set in the meantime
        await app.db.User.updateOne({ _id: user._id, 'password.hash': user.password.hash }, { $set: { password } })
      }
      const trusted = app.devices.trusted(user, device)
      if (trusted !== undefined) {
        const signIn = { challenge: { email, authVersion: user.authVersion }, owner: user, amr: AMR_OF.mail }
        // a client that keeps tokens itself has sent the proof of its device
        const delivery = request.body.deviceToken === undefined ? 'cookie' : 'body'
        return app.sessions.issue(request, reply, signIn, delivery, { trusted })
      }
      const methods = methodsOf(user)
      const hasFactor = !methods.includes('mail')
      const challenge = await app.challenges.open(request, {
        purpose: 'login',
        email,
        user,
        device,
        methods: hasFactor ? methods : undefined,
      })
      reply.code(202)
      const { challengeId } = challenge
      const passkeyOptions = methods.includes('passkey')
        ? { passkeyOptions: app.passkeys.requestOptions(challengeId, user, { verifiesUser: false }) }
        : {}
      return { ...challenge, methods, ...passkeyOptions }
    },
  )
}

export default route
