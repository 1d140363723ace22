import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import type { Testbed } from './testbed.js'

const PACKAGES = ['fastify', '@fastify/multipart', 'mongoose', 'mongodb', 'bcrypt', 'cloudinary', 'autocannon']

const versionOf = (file: string): string => JSON.parse(readFileSync(file, 'utf8')).version

/** The name that a distribution gives itself. Source: os-release(5). */
function distribution(): string {
  try {
    return `${/^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]}, `
  } catch {
    return ''
  }
}

/** Describes the machine and the versions, as names and values. */
export async function machine({ database, peers, isLocal }: Testbed): Promise<[string, string][]> {
  const { version, storageEngines } = await database.admin().command({ buildInfo: 1 })
  const engine = isLocal ? "Coffer's local one, which says that it's MongoDB" : 'MongoDB, as it says:'
  const processors = cpus()
  return [
    ['processor', `${processors[0]?.model.trim()}, ${processors.length} cores, which all processes share`],
    ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['system', `${distribution()}Linux ${release()}`],
    ['Node.js', process.version.slice(1)],
    ['Coffer', versionOf('package.json')],
    ['database', `${engine} ${version}${storageEngines ? ` (${storageEngines.join(', ')})` : ''}`],
    ['packages', PACKAGES.map((name) => `${name} ${versionOf(`node_modules/${name}/package.json`)}`).join(', ')],
    ['peers', peers.map(({ name }) => name).join('; ') || 'none'],
  ]
}
