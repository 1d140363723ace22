import { Type } from '@sinclair/typebox'
import type { Metadata } from '../../models/metadata.js'

const RULES =
  'At most 4 KiB as JSON, nested at most 5 levels; keys of at most 64 letters, digits, `_` and `-`, a letter first. The server may ' +
  'check it by a schema of its own, which then stands here.'

const objectOf = ($id: string, description: string, example: Metadata) =>
  Type.Unsafe<Metadata>({
    $id,
    type: 'object',
    additionalProperties: true,
    description: `${description} ${RULES}`,
    examples: [example],
  })

/** The server replaces these three in its contract by the schemas of its operator. */
export const UserMetadataSchema = objectOf('UserMetadata', 'What your product keeps with an account.', { plan: 'pro' })
export const AdminMetadataSchema = objectOf('AdminMetadata', 'What administrators keep with an account.', {
  note: 'key account',
})
export const AssetMetadataSchema = objectOf('AssetMetadata', 'What your product keeps with a file.', {
  album: 'summer',
})

/** The query parameter of lists that can be filtered by metadata. */
export const filterBy = (what: string) =>
  Type.Optional(
    Type.Array(
      Type.String({
        maxLength: 165,
        pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}:[\\s\\S]*$',
        examples: ['plan:pro'],
      }),
      {
        maxItems: 5,
        description:
          `Only ${what} all these values, each as \`key:value\`. The keys are those that the schema of the server marks with ` +
          '`x-filter`.',
      },
    ),
  )
