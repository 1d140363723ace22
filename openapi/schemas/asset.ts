import { Type } from '@sinclair/typebox'
import { RESOURCE_TYPES, SORTS, VISIBILITIES } from '../../models/asset.js'
import { PREFIX } from '../../models/prefix.js'
import { ref, stringEnum } from '../ref.js'
import { ID } from './account.js'
import { countedPageOf, pageQuery, totalQuery } from './page.js'

const timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** Any text: what names nothing is not found. */
export const AssetId = Type.String({ maxLength: 128, examples: [ID] })

const URL = 'https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg'
const THUMBNAIL = URL.replace('/upload/', '/upload/c_limit,h_320,w_320/')

const Tag = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$',
  description: 'A label of the own choice.',
  examples: ['holiday'],
})
export const Tags = Type.Array(Tag, { maxItems: 20, description: 'Labels; one that is repeated counts once.' })

export const Visibility = stringEnum(VISIBILITIES, {
  description: 'Whether anybody who knows its address can open the file, or it takes a signed one that expires.',
})

export const AssetSchema = Type.Object(
  {
    id: Type.String({ examples: [ID] }),
    ownerId: Type.String({ examples: [ID] }),
    filename: Type.String({ description: 'As the client named it, fit to be shown.', examples: ['lake.jpg'] }),
    contentType: Type.String({ examples: ['image/jpeg'] }),
    resourceType: stringEnum(RESOURCE_TYPES, { description: "The file store's kind of file." }),
    bytes: Type.Integer({ description: 'Of what secureUrl serves.', examples: [482133] }),
    width: Type.Optional(Type.Integer({ description: 'Pixels, before the orientation is applied.', examples: [1600] })),
    height: Type.Optional(Type.Integer({ examples: [1200] })),
    checksum: Type.String({
      description: 'SHA-256 of what secureUrl serves, in hex.',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
    publicId: Type.String({ description: 'Its name in the file store.', examples: ['coffer-1f2e3d4c/9a8b7c'] }),
    secureUrl: Type.Union([Type.String(), Type.Null()], {
      description: 'Null where the file is private.',
      examples: [URL],
    }),
    thumbnailUrl: Type.Optional(
      Type.String({ description: 'Of a public image: at most 320 pixels either way.', examples: [THUMBNAIL] }),
    ),
    visibility: Visibility,
    tags: Type.Array(Type.String({ examples: ['holiday'] })),
    createdAt: timestamp('When it was uploaded.'),
    updatedAt: timestamp('When anything shown here last changed.'),
  },
  { $id: 'Asset', description: 'A file and what is known of it.' },
)

export const AssetPageSchema = countedPageOf(AssetSchema, 'AssetPage')

export const UploadedSchema = Type.Object(
  { items: Type.Array(ref(AssetSchema)) },
  { $id: 'Uploaded', description: 'The files of one upload, in its order.' },
)

export const BulkDeletedSchema = Type.Object(
  {
    deleted: Type.Array(Type.String({ examples: [ID] })),
    notFound: Type.Array(Type.String(), { examples: [[]] }),
    failed: Type.Array(Type.String(), {
      examples: [[]],
      description: 'Gone for every reader, but the store keeps the file until it can be removed.',
    }),
  },
  { $id: 'BulkDeleted', description: 'What became of each id.' },
)

export const AssetUrlSchema = Type.Object(
  {
    url: Type.String({ examples: [URL] }),
    expiresAt: Type.Optional(timestamp('Until when it works; absent where it always does.')),
  },
  { $id: 'AssetUrl', description: 'Where a file can be opened.' },
)

export const AssetParams = Type.Object({ assetId: Type.String({ examples: [ID] }) })

export const assetQuery = {
  ...pageQuery,
  ...totalQuery,
  sort: Type.Optional(
    stringEnum(Object.keys(SORTS) as (keyof typeof SORTS)[], {
      default: '-createdAt',
      description: 'The order; `-` is descending.',
    }),
  ),
  type: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^[a-z]+(/[a-z0-9.+-]+)?$',
      description: 'A MIME type, or its first half.',
      examples: ['image', 'image/png'],
    }),
  ),
  tag: Type.Optional(Tag),
  q: Type.Optional(
    Type.String({ ...PREFIX, description: 'How the file name begins, in whatever case.', examples: ['lake'] }),
  ),
}
