import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEPT = 1000

/** One received mail. `from` and `to` are plain addresses, several recipients separated by a comma and a space. */
export interface Message {
  id: string
  from: string
  to: string
  subject: string
  text: string
  html: string | null
  /** Time of arrival, RFC 3339. */
  date: string
}

export interface MailStore {
  /** Newest first. */
  messages(): readonly Message[]
  /** Resolves once the message is on disk. */
  add(message: Omit<Message, 'id' | 'date'>): Promise<Message>
}

/** Opens the folder that holds one file for each mail. The newest 1000 are kept. */
export async function openMailStore(folder: string): Promise<MailStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder)).sort().reverse()
  const complete = names.filter((name) => name.endsWith('.json'))
  for (const name of names) if (name.endsWith('.part')) await rm(join(folder, name))
  const messages: Message[] = []
  for (const name of complete) messages.push(JSON.parse(await readFile(join(folder, name), 'utf8')))
  let latest = messages.length > 0 ? Date.parse((messages[0] as Message).date) : 0

  return {
    messages: () => messages,
    async add(content) {
      // Strictly increasing, so that the names of the files sort in the order of arrival.
      latest = Math.max(Date.now(), latest + 1)
      const id = `${String(latest).padStart(15, '0')}-${randomBytes(6).toString('hex')}`
      const message = { id, ...content, date: new Date(latest).toISOString() }
      const path = join(folder, `${id}.json`)
      await writeFile(`${path}.part`, JSON.stringify(message), { mode: 0o600, flush: true })
      await rename(`${path}.part`, path)
      const position = messages.findIndex((other) => other.id < id)
      messages.splice(position === -1 ? messages.length : position, 0, message)
      for (const old of messages.splice(KEPT)) await rm(join(folder, `${old.id}.json`))
      return message
    },
  }
}
