import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import type { ChallengeDocument } from '../../models/challenge.js'
import type { Amr, HasFactors } from '../../models/factor.js'
import type { UserDocument } from '../../models/user.js'
import { AMR_OF, type CodeMethod, readCode } from './factors.js'
import type { Assertion } from './passkeys.js'

/** The account that a challenge is about. */
export type Owner = Pick<UserDocument, '_id' | 'name' | 'email' | 'locale'>

/** The answer to a challenge: a code that a person typed, or what a passkey signed. */
export type Answer =
  | { code: string; method?: CodeMethod | undefined; response?: undefined }
  | { response: AuthenticationResponseJSON }

/** Returns an answer with its method, and with its code in the form in which it is compared; a passkey has none. */
export function readAnswer(answer: Answer) {
  const { response } = answer
  if (response) return { method: 'passkey' as const, code: '', response }
  const { method = 'mail', code } = answer
  return { method, code: readCode(method, code) }
}

/**
 * Checks an answer. A passkey is not used before the challenge is.
 * @returns the methods by which the person has authenticated; undefined if the answer is wrong
 */
export async function checkAnswer(
  request: FastifyRequest,
  challengeId: string,
  { purpose, codeHash, methods = ['mail'] }: ChallengeDocument,
  owner: (Owner & HasFactors) | null,
  { method, code, response }: ReturnType<typeof readAnswer>,
): Promise<{ amr: Amr[]; assertion?: Assertion } | undefined> {
  if (!methods.includes(method)) return undefined
  const { factors, keys, passkeys } = request.server
  if (method === 'passkey') {
    const options = { verifiesUser: false }
    /* c8 ignore next -- the account was deleted in the meantime */
    const assertion = await passkeys.check(request, challengeId, response, owner ?? {}, options)
    return assertion && { amr: [...new Set<Amr>(['pwd', ...assertion.amr, 'mfa'])], assertion }
  }
  const isRight =
    method === 'mail'
      ? keys.code.verify(Buffer.from(codeHash, 'base64url'), challengeId, purpose, code)
      : owner !== null && (await factors.use(request, owner, method, code))
  return isRight ? { amr: AMR_OF[method] } : undefined
}
