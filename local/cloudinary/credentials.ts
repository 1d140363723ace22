import { randomBytes, randomInt } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Credentials {
  cloud: string
  key: string
  secret: string
}

/** Reads the key and the secret from the folder. The first call creates them, readable by the owner alone. */
export async function openCredentials(folder: string): Promise<Credentials> {
  const path = join(folder, 'credentials.json')
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const credentials = {
    cloud: 'local',
    key: Array.from({ length: 15 }, () => randomInt(10)).join(''),
    secret: randomBytes(20).toString('base64url'),
  }
  await writeFile(`${path}.part`, JSON.stringify(credentials), { mode: 0o600, flush: true })
  await rename(`${path}.part`, path)
  return credentials
}
