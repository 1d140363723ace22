/**
 * Parse Server as its documentation serves it from Express, on a PostgreSQL of its own, whose programs are in
 * POSTGRES_BIN. Both have their defaults, except for the options here. Data are in DATA_DIR; uploads are in FILES_DIR,
 * or in the store of CLOUDINARY_URL if it is set. bench/peers/index.ts starts it; it prints its address.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { Agent, createServer } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { join } from 'node:path'
import FSFilesAdapter from '@parse/fs-files-adapter'
import { v2 as cloudinary } from 'cloudinary'
import express from 'express'
import { ParseServer } from 'parse-server'

const {
  DATA_DIR = '.',
  FILES_DIR = '.',
  CLOUDINARY_URL,
  POSTGRES_BIN = '',
  APP_ID,
  MASTER_KEY,
  MAINTENANCE_KEY,
} = process.env
// the files adapter stores them below the working directory
process.chdir(FILES_DIR)

/** PostgreSQL has no port 0. */
async function freePort() {
  const socket = createSocket()
  await once(socket.listen(0, '127.0.0.1'), 'listening')
  const { port } = socket.address()
  await once(socket.close(), 'close')
  return port
}

async function startPostgres() {
  const data = join(DATA_DIR, 'postgresql')
  mkdirSync(data, { mode: 0o700 })
  const who = { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' }
  // it refuses to run as root
  if (process.getuid() === 0) {
    const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
    Object.assign(who, { uid: id('-u'), gid: id('-g') })
    chownSync(data, who.uid, who.gid)
    chmodSync(DATA_DIR, 0o711)
  }
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync']
  execFileSync(join(POSTGRES_BIN, 'initdb'), initdb, who)
  const port = await freePort()
  const postgres = spawn(
    join(POSTGRES_BIN, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', port, '-c', 'unix_socket_directories='],
    who,
  )
  // ends it if this process is killed
  const watchdog = spawn('sh', ['-c', 'cat; kill -INT "$0"', postgres.pid], { stdio: ['pipe', 'ignore', 'ignore'] })
  postgres.stderr.setEncoding('utf8')
  let log = ''
  while (!log.includes('ready to accept connections')) log += (await once(postgres.stderr, 'data'))[0]
  postgres.stderr.resume()
  return {
    uri: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      watchdog.kill()
      postgres.kill('SIGINT')
      await once(postgres, 'exit')
    },
  }
}

/**
 * Sends uploads to the store of the other servers, by its SDK.
 * Source: docs.parseplatform.org/parse-server/guide, "FilesAdapter"
 */
class CloudinaryAdapter extends FSFilesAdapter {
  options = { resource_type: 'image', disable_promises: true, agent: new Agent({ keepAlive: true }) }
  urls = new Map()

  async createFile(filename, data) {
    const stored = await new Promise((resolve, reject) => {
      const stream = cloudinary.uploader.upload_stream(this.options, (error, result) =>
        result ? resolve(result) : reject(error),
      )
      stream.end(data)
    })
    this.urls.set(filename, stored.secure_url)
  }

  getFileLocation(_config, filename) {
    return this.urls.get(filename)
  }
}

const text = { type: 'String' }
const number = { type: 'Number' }
const signedIn = { requiresAuthentication: true }
const signedInOnly = { find: signedIn, get: signedIn, update: signedIn, delete: signedIn }
/** Source: docs.parseplatform.org/defined-schema/guide */
const definitions = [
  { className: '_User', fields: { name: text }, classLevelPermissions: { ...signedInOnly, create: { '*': true } } },
  // without this index each request with a session would read all of them
  { className: '_Session', indexes: { sessionToken: { sessionToken: 1 } }, classLevelPermissions: signedInOnly },
  {
    // the fields of bench/rows.ts
    className: 'Asset',
    fields: {
      owner: { type: 'Pointer', targetClass: '_User' },
      purpose: text,
      state: text,
      stateAt: { type: 'Date' },
      uploadId: text,
      filename: text,
      filenameKey: text,
      contentType: text,
      resourceType: text,
      visibility: text,
      bytes: number,
      width: number,
      height: number,
      checksum: text,
      publicId: text,
      secureUrl: text,
      thumbnailUrl: text,
      tags: { type: 'Array' },
      revision: number,
    },
    indexes: { ownerCreatedAt: { owner: 1, createdAt: 1 } },
    classLevelPermissions: { ...signedInOnly, create: signedIn },
  },
]

const postgres = await startPostgres()
const server = createServer()
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${server.address().port}`

// by default: direct access on, files of up to 20 MiB by signed-in users only, sessions of a year, no rate limit
const api = new ParseServer({
  databaseURI: postgres.uri,
  appId: APP_ID,
  masterKey: MASTER_KEY,
  maintenanceKey: MAINTENANCE_KEY,
  serverURL: `${url}/parse`,
  filesAdapter: CLOUDINARY_URL ? new CloudinaryAdapter() : new FSFilesAdapter(),
  schema: { definitions, lockSchemas: true },
  logLevel: 'error',
})
await api.start()
server.on('request', express().use('/parse', api.app))
process.stdout.write(`listening on ${url}\n`)

process.once('SIGTERM', async () => {
  server.closeAllConnections()
  await postgres.stop()
  process.exit()
})
