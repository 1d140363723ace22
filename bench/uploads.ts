/**
 * What parallel uploads cost in memory: a server in a process of its own, its resident memory when idle and at its peak while so many
 * files of just under 10 MiB come in at once.
 * Usage: npm run bench:uploads [-- FILES [ROUNDS]]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import sharp from 'sharp'
import { buildApp } from '../app.js'
import { startLocalServices } from '../local/index.js'
import { type Config, loadSettings } from '../plugins/config.js'
import { signedIn } from './account.js'
import { LISTENING, start } from './process.js'

const FILES = Number(process.argv[2] ?? 100)
const ROUNDS = Number(process.argv[3] ?? 3)
const MIB = 2 ** 20
/** An image of noise, stored nearly as large as its pixels. */
const SIDE = 1860

const dataDir = mkdtempSync(join(tmpdir(), 'coffer-bench-'))
const local = await startLocalServices({
  services: ['database', 'mailbox', 'cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: true,
})
const environment = {
  LOG_LEVEL: 'warn',
  DATA_DIR: dataDir,
  PORT: '0',
  RATE_LIMIT: '0',
  USER_QUOTA_BYTES: '100GiB',
  MONGODB_URI: local.MONGODB_URI,
  SMTP_URL: local.SMTP_URL,
  CLOUDINARY_URL: local.CLOUDINARY_URL,
}
const app = await buildApp(loadSettings({ ...environment, LOG_LEVEL: 'silent' }) as Config)
await app.ready()
const { bearer } = await signedIn(app)

const server = await start('../server.js', [], { ...environment, LOG_LEVEL: 'info' }, LISTENING)

const noise = Buffer.alloc(SIDE * SIDE * 3)
for (let at = 0, state = 1; at < noise.length; at += 1) {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
  noise[at] = state >> 16
}
const image = await sharp(noise, { raw: { width: SIDE, height: SIDE, channels: 3 } })
  .png({ compressionLevel: 0 })
  .toBuffer()

async function upload() {
  const body = new FormData()
  body.append('file', new Blob([image], { type: 'image/png' }), 'noise.png')
  const response = await fetch(`${server.url}/v1/assets`, { method: 'POST', headers: bearer, body })
  if (response.status !== 201) throw new Error(await response.text())
}

await upload()
await delay(1000)
const idle = server.memory('VmRSS')
for (let round = 1; round <= ROUNDS; round += 1) {
  const begun = performance.now()
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, server.memory('VmRSS'))
  }, 20)
  await Promise.all(Array.from({ length: FILES }, upload))
  clearInterval(timer)
  const seconds = (performance.now() - begun) / 1000
  const rate = (FILES * image.length) / MIB / seconds
  process.stdout.write(
    `${FILES} uploads of ${(image.length / MIB).toFixed(2)} MiB at once: ${seconds.toFixed(1)} s (${rate.toFixed(0)} MiB/s), ` +
      `idle ${(idle / MIB).toFixed(0)} MiB, peak ${(peak / MIB).toFixed(0)} MiB: +${((peak - idle) / MIB).toFixed(0)} MiB\n`,
  )
}
process.stdout.write(`highest of all: +${((server.memory('VmHWM') - idle) / MIB).toFixed(0)} MiB\n`)

await server.stop()
await app.close()
await local.close()
rmSync(dataDir, { recursive: true })
