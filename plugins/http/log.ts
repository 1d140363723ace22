import { type FastifyRequest, LogController } from 'fastify'
import type { Config } from '../config/index.js'

// E-mail addresses (RFC 5321, 4.5.3.1.1: at most 64 before the sign), wherever an error repeats one; paths of packages (/@fastify/…) have nothing before their sign.
const ADDRESS = /[^\s"'`<>()[\]{},;:=@/\\]{1,64}@[^\s"'`<>()[\]{},;:=@/\\]+/g

const masked = (text: string) => text.replace(ADDRESS, '***')

interface LoggedError {
  [name: string]: unknown
  type: string
  message: string
  stack: string
}

/** Returns the part of an error that may be logged: no address, and none of the fields of drivers, which repeat written data. */
function describe({ name, message, stack, code, cause }: Error & { code?: unknown }): LoggedError {
  return {
    type: name,
    message: masked(message),
    stack: masked(stack as string),
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && { cause: describe(cause) }),
  }
}

/** JSON lines, timed in UTC (RFC 3339). A request is told by the pattern of its route: a path may hold what somebody mistyped into it. */
export const loggerOptions = ({ LOG_LEVEL }: Config, stream: NodeJS.WritableStream | undefined) => ({
  level: LOG_LEVEL,
  ...(stream && { stream }),
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  serializers: {
    req: ({ method, routeOptions, ip }: FastifyRequest) => ({ method, route: routeOptions?.url ?? null, ip }),
    res: ({ statusCode }: { statusCode?: number }) => ({ statusCode }),
    err: describe,
  },
})

/** Leaves the lines of a request to whoever knows how it ended. */
export class QuietLog extends LogController {
  override incomingRequest() {}
  override requestCompleted() {}
}
