import { readFileSync } from 'node:fs'

// the first version of each package without the vulnerabilities that are known of it
const FLOORS = {
  '@fastify/multipart': '9.3.0',
  '@fastify/static': '10.1.2',
  ajv: '8.18.0',
  cloudinary: '2.7.0',
  'fast-jwt': '6.3.1',
  'fast-uri': '3.1.7',
  fastify: '5.12.2',
  'file-type': '21.3.2',
  'find-my-way': '9.0.1',
  mongoose: '9.7.2',
  nodemailer: '9.1.1',
  sharp: '0.35.4',
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const parse = (version) => version.split('-', 1)[0].split('.').map(Number)
const isBelow = (version, floor) => {
  const [a, b] = [parse(version), parse(floor)]
  const index = a.findIndex((part, i) => part !== b[i])
  return index >= 0 && a[index] < b[index]
}

const seen = new Set()
for (const [path, { version, dev }] of Object.entries(packages)) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const floor = FLOORS[name]
  if (floor === undefined || dev) continue
  seen.add(name)
  if (isBelow(version, floor)) {
    console.error(`${path} is ${version}, below ${floor}`)
    process.exitCode = 1
  }
}
for (const name of Object.keys(FLOORS)) {
  if (seen.has(name)) continue
  console.error(`${name} is no longer installed: take it off the list`)
  process.exitCode = 1
}
