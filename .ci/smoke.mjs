import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'

// the server of a production install, in the working directory: starts, is ready, says nothing on stderr, and stops
const key = () => randomBytes(32).toString('base64url')
const server = spawn(process.execPath, ['dist/server.js'], {
  env: {
    PATH: process.env.PATH,
    DATA_DIR: process.env.DATA_DIR,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    LOCAL_PORT: '0',
    LOCAL_SERVICES: 'database,mailbox,cloudinary',
    PUBLIC_URL: 'https://api.example.com',
    MAIL_FROM: 'coffer@example.com',
    JWT_SECRET: key(),
    CODE_KEY: key(),
    DATA_KEY: key(),
    PASSWORD_PEPPER: key(),
  },
})
const output = { stdout: '', stderr: '' }
let api
let asked
for (const name of ['stdout', 'stderr']) {
  server[name].setEncoding('utf8').on('data', (text) => {
    output[name] += text
    api ??= /Listening on (http:\S+?)"/.exec(output.stdout)?.[1]
    if (api && server.exitCode === null && !asked) asked = ask()
  })
}

async function ask() {
  const response = await fetch(`${api}/health/ready`)
  console.log(response.status, await response.text())
  server.kill('SIGTERM')
  return response.ok
}

const [code] = await once(server, 'close')
const isReady = await asked
if (!isReady || code !== 0 || output.stderr !== '') {
  console.error(`exit code ${code}\n${output.stdout}${output.stderr}`)
  process.exitCode = 1
}
