import { type TSchema, Type } from '@sinclair/typebox'
import { ref } from '../ref.js'

const MAX_LIMIT = 100

/** The query parameters of every list. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      format: 'int32',
      minimum: 1,
      maximum: MAX_LIMIT,
      default: 20,
      description: 'The maximum number of items on a page.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4096,
      // base64url; other characters could take more bytes than a request line may have
      pattern: '^[\\w-]+$',
      description:
        'The `nextCursor` of the previous page. All other parameters except `limit` and `total` must stay the same.',
    }),
  ),
}

/** The query parameter of the lists that can count their items. */
export const totalQuery = {
  total: Type.Optional(
    Type.Boolean({ default: false, description: 'Set to `true` to get the number of all items as `total`.' }),
  ),
}

/** A page of a list, as a shared schema with this `$id`. */
export const pageOf = <T extends TSchema>(item: T, $id: string) =>
  Type.Object(
    {
      items: Type.Array(ref(item), { maxItems: MAX_LIMIT, description: 'The items of this page.' }),
      nextCursor: Type.Union([Type.String(), Type.Null()], {
        description:
          'The cursor of the next page; null on the last page. The `Link` header contains the URL of that page.',
        examples: ['eyJ2IjoxfQ'],
      }),
    },
    { $id, description: 'A page of a list.' },
  )

/** A page of a list that can count its items. */
export const countedPageOf = <T extends TSchema>(item: T, $id: string) =>
  Type.Object(
    {
      ...pageOf(item, $id).properties,
      total: Type.Optional(
        Type.Integer({
          format: 'int64',
          description: 'The number of all items; present with `total=true` only.',
          examples: [42],
        }),
      ),
    },
    { $id, description: 'A page of a list.' },
  )
