import { type TSchema, Type } from '@sinclair/typebox'
import type { HeaderName } from './headers.js'

/** Declares the headers of a response, beyond those that every response with its status has. */
export const withHeaders = <T extends TSchema>(response: T, ...headers: HeaderName[]): T => ({
  ...response,
  'x-headers': headers,
})

/** A 202 response without a body. */
export const accepted = (description: string) => Type.Unsafe<undefined>({ type: 'null', description })

/** A 304 response, which has headers only. */
export const unchanged = withHeaders(
  Type.Unsafe<undefined>({
    type: 'null',
    description: 'Not modified: the object still has the ETag in `If-None-Match`.',
  }),
  'ETag',
)
