import { startLocalServices } from '../../../local/index.js'

/** A file store in a process of its own, for a test to kill. */
const [, , dataDir = ''] = process.argv
const services = await startLocalServices({
  services: ['cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: false,
})
process.send?.(services.CLOUDINARY_URL)
