import { Type } from '@sinclair/typebox'

/** An answer 202 without a body. */
export const accepted = (description: string) => Type.Unsafe<undefined>({ type: 'null', description })

/** The answer 304: nothing but headers. */
export const unchanged = Type.Unsafe<undefined>({ type: 'null', description: 'Unchanged.' })
