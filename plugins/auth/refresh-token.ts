import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import type { MacKeys } from '../keys.js'

/** A refresh token whose MAC is good; its session may be over. */
export interface PresentedToken {
  token: string
  userId: Types.ObjectId
  sessionId: string
  counter: number
}

const USER_ID_BYTES = 12
const SESSION_ID_BYTES = 12
const COUNTER_BYTES = 4
const RANDOM_BYTES = 32
const MAC_BYTES = 32
const BODY_BYTES = USER_ID_BYTES + SESSION_ID_BYTES + COUNTER_BYTES + RANDOM_BYTES

export const newSessionId = () => randomBytes(SESSION_ID_BYTES).toString('base64url')

/** Makes a refresh token: the ids of user and session, the counter and 256 random bits, under a MAC, in base64url. */
export function mint(keys: MacKeys, userId: Types.ObjectId, sessionId: string, counter: number): string {
  const counterBytes = Buffer.alloc(COUNTER_BYTES)
  counterBytes.writeUInt32BE(counter)
  const body = Buffer.concat([userId.id, Buffer.from(sessionId, 'base64url'), counterBytes, randomBytes(RANDOM_BYTES)])
  return Buffer.concat([body, keys.sign(body)]).toString('base64url')
}

/** Reads a refresh token; undefined where the MAC is not ours. */
export function parse(keys: MacKeys, token: string): PresentedToken | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined
  const body = bytes.subarray(0, BODY_BYTES)
  if (!keys.verify(bytes.subarray(BODY_BYTES), body)) return undefined
  return {
    token,
    userId: new Types.ObjectId(body.subarray(0, USER_ID_BYTES)),
    sessionId: body.subarray(USER_ID_BYTES, USER_ID_BYTES + SESSION_ID_BYTES).toString('base64url'),
    counter: body.readUInt32BE(USER_ID_BYTES + SESSION_ID_BYTES),
  }
}
