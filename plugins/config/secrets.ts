import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from './error.js'

/** The key lists of which one is generated if none is configured. */
export const GENERATED = ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'] as const
export type GeneratedName = (typeof GENERATED)[number]

/**
 * Returns the keys in `secrets.json`, which is created with random ones at the first start and is readable by its owner alone.
 * @throws ConfigError if the folder can't be used
 */
export function generatedSecrets(dataDir: string): Record<GeneratedName, string> {
  const file = join(dataDir, 'secrets.json')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
    const secrets = Object.fromEntries(GENERATED.map((name) => [name, randomBytes(32).toString('base64url')]))
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true })
    try {
      // linked into place, so that two processes that start at once agree on one set
      linkSync(draft, file)
    } catch (error) {
      /* c8 ignore next -- a file system without hard links */
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(draft)
    }
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigError([`DATA_DIR=${dataDir} can't be used for the secrets (${(error as Error).message}).`])
  }
}
