import { ConfigError } from '../plugins/config/error.js'

interface SystemError extends NodeJS.ErrnoException {
  address?: string
  port?: number
}

/** Returns why something that was started from a terminal failed: one line, or one for each problem of the environment. */
export function explain(error: Error): string {
  if (error instanceof ConfigError) return error.message
  const { code, syscall, path, address, port } = error as SystemError
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE') return `Port ${port} is in use: set PORT to a free one.`
    if (code === 'EACCES') return `Port ${port} needs privileges: set PORT to a free one above 1023.`
    if (code === 'EADDRNOTAVAIL') return `HOST=${address} is not an address of this machine.`
  }
  if (code === 'ENOENT' && path) return `${path} does not exist.`
  const [reason = ''] = error.message.split('\n')
  return error.name.startsWith('Mongo') ? `The database can't be used: ${reason}` : reason
}
