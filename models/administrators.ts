import { type Connection, Schema, Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import { isDuplicateKey } from './duplicate-key.js'
import type { UserModel } from './user.js'

/**
 * One document that lists the administrators who are about to lose the role: demoted, suspended or deleted. Each is announced here
 * first, and needs another administrator who isn't announced. So two who leave at once can't both be the last.
 */
export interface AdministratorsDocument {
  _id: 'administrators'
  leaving: { _id: Types.ObjectId; userId: Types.ObjectId; at: Date }[]
}

const schema = new Schema<AdministratorsDocument>(
  { _id: String, leaving: [{ userId: Schema.Types.ObjectId, at: Date }] },
  { versionKey: false, strict: 'throw' },
)

const _id = 'administrators'
/** Longer than a request can take. An announcement that a crash left counts no longer after this time. */
const ANNOUNCED_MS = 5 * 60_000
const MAX_ANNOUNCED = 1000

async function create(Administrators: AdministratorsModel) {
  try {
    await Administrators.create({ _id })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
}

interface Models {
  Administrators: AdministratorsModel
  User: UserModel
}

/**
 * Announces that an active administrator is about to lose the role, before the user is updated.
 * @returns a function that withdraws the announcement; call it when the user was updated or won't be
 * @throws Problem LAST_ADMINISTRATOR if no other administrator would stay
 */
export async function announceLeaving({ Administrators, User }: Models, userId: Types.ObjectId, now: Date) {
  await create(Administrators)
  const entry = { _id: new Types.ObjectId(), userId, at: now }
  const announced = await Administrators.findOneAndUpdate(
    { _id },
    { $push: { leaving: { $each: [entry], $slice: -MAX_ANNOUNCED } } },
    { returnDocument: 'after' },
  ).lean()
  const withdraw = async () => {
    await Administrators.updateOne({ _id }, { $pull: { leaving: { _id: entry._id } } })
  }
  const leaving = (announced as AdministratorsDocument).leaving
    .filter(({ at }) => at.getTime() > now.getTime() - ANNOUNCED_MS)
    .map((other) => other.userId)
  const stays = await User.exists({ role: 'admin', status: 'active', _id: { $nin: leaving } })
  if (stays) return withdraw
  await withdraw()
  throw new Problem('LAST_ADMINISTRATOR')
}

export const administratorsModel = (connection: Connection) =>
  connection.model('Administrators', schema, 'administrators')
export type AdministratorsModel = ReturnType<typeof administratorsModel>
