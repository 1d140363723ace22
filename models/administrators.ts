import { type Connection, Schema, Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import { isDuplicateKey } from './duplicate-key.js'
import type { UserModel } from './user.js'

/**
 * One document that names the administrators who are about to leave: demoted, suspended or deleted. Every leaving is announced here,
 * one after the other, and counts only on those who haven't announced theirs, so that not even two at once leave nobody behind.
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
/** Longer than a request can take; what a crash has left is no longer regarded after it. */
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
 * Announces that an active administrator is about to leave, before the user is updated.
 * @returns to be called once the user is updated, or is not to be after all
 * @throws Problem LAST_ADMINISTRATOR where no other stays
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
