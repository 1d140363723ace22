import { type TSchema, Type } from '@sinclair/typebox'
import { ref } from '../ref.js'

/** The query parameters of every list. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Most items of a page.' })),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'The nextCursor of the page before; the other parameters must be the same, but for limit and total.',
    }),
  ),
}

/** The query parameter of the lists that count. */
export const totalQuery = {
  total: Type.Optional(Type.Boolean({ default: false, description: 'Whether to count all items.' })),
}

/** A page of shared objects, itself a shared schema named `$id`. */
export const pageOf = <T extends TSchema>(item: T, $id: string) =>
  Type.Object(
    {
      items: Type.Array(ref(item)),
      nextCursor: Type.Union([Type.String(), Type.Null()], {
        description: 'For the page after this; null on the last. The Link header with rel="next" says the same.',
        examples: ['eyJ2IjoxfQ'],
      }),
    },
    { $id, description: 'A page of a list.' },
  )

/** A page that says how many items there are in all, where that was asked for. */
export const countedPageOf = <T extends TSchema>(item: T, $id: string) =>
  Type.Object(
    {
      ...pageOf(item, $id).properties,
      total: Type.Optional(
        Type.Integer({ description: 'All items, only where `total=true` asks for it.', examples: [42] }),
      ),
    },
    { $id, description: 'A page of a list.' },
  )
