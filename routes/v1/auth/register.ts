import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { canonicalEmail } from '../../../models/user.js'
import { Problem } from '../../../openapi/errors.js'
import { ref } from '../../../openapi/ref.js'
import { ChallengeSchema, Email, Name, Password } from '../../../openapi/schemas/account.js'
import { AVATAR_TYPES, MAX_UPLOAD_BYTES, type ReceivedAvatar } from '../../../plugins/assets/avatar-image.js'
import { requireAllowedDomain } from '../../../plugins/auth/email-domains.js'
import { localeOf } from '../../../plugins/http/accept-language.js'
import { checked, readForm, single } from '../../../plugins/http/multipart.js'

const Body = Type.Object({ email: Email, password: Password, name: Name }, { additionalProperties: false })

const Form = Type.Object(
  {
    ...Body.properties,
    avatar: Type.Optional(
      Type.String({
        contentMediaType: 'application/octet-stream',
        format: 'binary',
        description: `The profile image, of at most ${MAX_UPLOAD_BYTES} bytes, of one of the types ${AVATAR_TYPES.join(', ')}.`,
      }),
    ),
  },
  { additionalProperties: false },
)

const BY_INVITATION = 'Registration is by invitation only: ask an administrator of this service.'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { REGISTRATION } = app.config
  await app.register(multipart)

  app.post(
    '/register',
    {
      config: { limit: 'sign-in' },
      // after the rate limit, and before the body, which does not matter here
      preParsing: async () => {
        if (REGISTRATION === 'open') return
        throw new Problem('REGISTRATION_CLOSED', REGISTRATION === 'invite' ? { detail: BY_INVITATION } : {})
      },
      // the handler checks JSON and form with one schema
      attachValidation: true,
      schema: {
        operationId: 'register',
        tags: ['Registration'],
        summary: 'Start registration',
        description:
          'Sends a code to the e-mail address. The account is created once the code is verified. If the address ' +
          'already has an account, you get the same response, and the owner of that account gets a notice instead ' +
          'of a code. To include a profile image, send a form with the file `avatar`. The language of the account is ' +
          'taken from `Accept-Language`. If the server is closed to registration, every request gets 403.',
        security: [],
        body: { content: { 'application/json': { schema: Body }, 'multipart/form-data': { schema: Form } } },
        response: { 202: ref(ChallengeSchema, 'Unless the address already has an account, a code is on its way.') },
        problems: [
          'REGISTRATION_CLOSED',
          'EMAIL_NOT_ALLOWED',
          'PASSWORD_TOO_WEAK',
          'TOO_MANY_CODES',
          'TOO_MANY_PIXELS',
          'FILE_MISSING',
        ],
      },
    },
    async (request, reply) => {
      let image: ReceivedAvatar | undefined
      try {
        const fields = request.isMultipart()
          ? await readRegistration(request, reply, (received) => {
              image = received
            })
          : request.body
        const { password, name, ...given } = checked(request, Body, fields)
        const email = canonicalEmail(given.email)
        requireAllowedDomain(app.config, email)
        await app.passwords.requireStrong(password, { email, name })
        // decoding costs most, so everything that needs no decoding is checked before
        const avatar = image ? await image.encode() : null
        const hash = await app.passwords.hash(password)
        const user = await app.db.User.findOne({ email }, { name: 1, locale: 1, authVersion: 1 }).lean()
        const targetId = user?._id ?? null
        await app.audit.record(request, { action: 'account.registration-requested', targetId })
        reply.code(202)
        return await app.challenges.open(request, {
          purpose: 'registration',
          email,
          user,
          registration: {
            name: name.normalize('NFC'),
            locale: localeOf(request.headers['accept-language']),
            password: hash,
            avatar,
          },
          mail: user ? 'registration-attempt' : 'code',
        })
      } finally {
        image?.release()
      }
    },
  )

  /** Reads a form; an image is handed over when it has arrived, also if the form is refused afterwards. */
  async function readRegistration(
    request: FastifyRequest,
    reply: FastifyReply,
    onImage: (image: ReceivedAvatar) => void,
  ) {
    let fields: Record<string, unknown> = {}
    await readForm(request, reply, {
      file: 'avatar',
      maxFiles: 1,
      maxBytes: app.config.UPLOAD_MAX_BYTES,
      maxFieldBytes: 2048,
      timeout: app.limits.avatarTimeout,
      fieldsFirst: false,
      onFields(all) {
        fields = Object.fromEntries(Object.entries(all).map(([key, values]) => [key, single(values)]))
      },
      async onFile({ bytes, ...declared }) {
        onImage(await app.assets.receiveAvatar(bytes, declared))
      },
    })
    return fields
  }
}

export default route
