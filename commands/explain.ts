import { ConfigError } from '../plugins/config/error.js'

/** Why something that was started from a terminal didn't work: one line, or one for each problem of the environment. */
export function explain(error: Error): string {
  if (error instanceof ConfigError) return error.message
  const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number }
  if (syscall === 'listen' && code === 'EADDRINUSE') return `Port ${port} is in use: set PORT to a free one.`
  const [reason = ''] = error.message.split('\n')
  return error.name.startsWith('Mongo') ? `The database can't be used: ${reason}` : reason
}
