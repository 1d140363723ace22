import type { FastifyInstance } from 'fastify'
import type { AssetDocument } from '../../models/asset.js'
import { KINDS } from '../../plugins/assets/reconcile/survey.js'
import type { ListedFile } from '../../plugins/storage/cloudinary.js'
import type { Ledger } from './client.js'

/** Compares the rows, the files, the accounts and the answers; returns one sentence for each difference. */
export async function differences(app: FastifyInstance, ledgers: Ledger[]) {
  const rows = await app.db.Asset.find().lean()
  const files: ListedFile[] = []
  for (const kind of KINDS) for await (const file of app.storage.list(app.assets.prefix, kind)) files.push(file)
  const found = [...ofStore(rows, files)]
  for (const ledger of ledgers) {
    const own = rows.filter(({ ownerId }) => ownerId.toString() === ledger.userId)
    found.push(...ofAnswers(own, ledger), ...(await ofAccount(app, own, ledger)), ...ledger.surprises)
  }
  return { rows: rows.length, files: files.length, found }
}

function* ofStore(rows: AssetDocument[], files: ListedFile[]) {
  const unnamed = new Map(files.map((file) => [file.publicId, file]))
  for (const { _id, state, publicId, bytes } of rows) {
    if (state !== 'ready') yield `${_id} is ${state}`
    const file = unnamed.get(publicId)
    unnamed.delete(publicId)
    if (!file) yield `${_id} has no file`
    else if (file.bytes !== bytes) yield `${_id} has ${file.bytes} bytes instead of ${bytes}`
  }
  for (const publicId of unnamed.keys()) yield `${publicId} has no row`
}

function* ofAnswers(rows: AssetDocument[], { uploads, deletions }: Ledger) {
  const kept = new Set(rows.map(({ _id }) => _id.toString()))
  for (const [tag, { files, ids, isListed }] of uploads) {
    const all = rows.filter(({ tags }) => tags.includes(tag)).length
    if (ids === null && !isListed && all !== 0 && all !== files)
      yield `of ${files} files of an upload without an answer ${all} are kept`
    for (const id of ids ?? []) {
      if (!deletions.has(id) && !kept.has(id)) yield `${id} was answered and is gone`
    }
  }
  for (const [id, isAnswered] of deletions) if (isAnswered && kept.has(id)) yield `${id} was deleted and is there`
}

async function ofAccount(app: FastifyInstance, rows: AssetDocument[], { userId, avatar: answered }: Ledger) {
  const user = await app.db.User.findById(userId, { usage: 1, reservations: 1, refunds: 1, avatar: 1 }).lean()
  if (!user) return [`${userId} is gone`]
  const { usage, reservations, refunds, avatar } = user
  const files = rows.filter(({ purpose }) => purpose === 'file')
  const avatars = rows.filter(({ purpose }) => purpose === 'avatar').map(({ _id }) => _id.toString())
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const found: string[] = []
  if (usage.bytes !== bytes || usage.files !== files.length) {
    found.push(
      `${userId} is counted with ${usage.bytes} bytes in ${usage.files} files instead of ${bytes} in ${files.length}`,
    )
  }
  if (reservations.length + refunds.length > 0) found.push(`${userId} has reservations or refunds left`)
  if (`${avatars}` !== `${avatar?.assetId ?? ''}`) found.push(`${userId} shows ${avatar?.assetId} and has ${avatars}`)
  if (answered !== undefined && (avatar?.url ?? null) !== answered)
    found.push(`${userId} shows another avatar than answered`)
  return found
}
