import { startLocalServices } from '../../../local/index.js'

/** Runs a file store in a process that a test kills. */
const [, , dataDir = ''] = process.argv
const services = await startLocalServices({
  services: ['cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: false,
})
process.send?.(services.CLOUDINARY_URL)
