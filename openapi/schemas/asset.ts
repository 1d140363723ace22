import { Type } from '@sinclair/typebox'
import { RESOURCE_TYPES, SORTS, VISIBILITIES } from '../../models/asset.js'
import { PREFIX } from '../../models/prefix.js'
import { openEnum, ref, stringEnum } from '../ref.js'
import { ID } from './account.js'
import { AssetMetadataSchema, filterBy } from './metadata.js'
import { countedPageOf, pageQuery, totalQuery } from './page.js'

const timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** Any text is accepted: an id of no file, of whatever shape, is not found. */
export const AssetId = Type.String({ maxLength: 128, description: 'The id of a file.', examples: [ID] })

const URL = 'https://res.cloudinary.com/demo/image/upload/v1769851800/coffer-1f2e3d4c/9a8b7c.jpg'
const THUMBNAIL = URL.replace('/upload/', '/upload/c_limit,h_320,w_320/')

const MAX_TAGS = 20

const Tag = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$',
  description: 'A tag of your choice. Unicode is normalised (NFC).',
  examples: ['holiday'],
})
export const Tags = Type.Array(Tag, {
  maxItems: MAX_TAGS,
  description: 'The tags of the file. Duplicates are dropped.',
})

export const Description = Type.String({
  maxLength: 1000,
  pattern: '^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$',
  description: 'What the file shows or is for; may be empty. Unicode is normalised (NFC).',
  examples: ['The lake at noon'],
})

const VISIBILITY =
  'Anyone who has the URL of a `public` file can open it. A `private` file needs a signed URL, which expires.'

/** The visibility in a request. */
export const Visibility = stringEnum(VISIBILITIES, { title: 'Visibility', description: VISIBILITY })

export const AssetSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the file.', examples: [ID] }),
    ownerId: Type.String({ description: 'The id of the account that owns the file.', examples: [ID] }),
    filename: Type.String({
      description: 'The name given at upload, without characters that are unsafe to display.',
      examples: ['lake.jpg'],
    }),
    contentType: Type.String({ description: 'The MIME type.', examples: ['image/jpeg'] }),
    resourceType: openEnum(RESOURCE_TYPES, { description: 'The kind of file, as the file store classifies it.' }),
    bytes: Type.Integer({ format: 'int64', description: 'The size of the stored file in bytes.', examples: [482133] }),
    width: Type.Optional(
      Type.Integer({
        format: 'int32',
        description: 'The width in pixels, before the orientation is applied.',
        examples: [1600],
      }),
    ),
    height: Type.Optional(
      Type.Integer({
        format: 'int32',
        description: 'The height in pixels, before the orientation is applied.',
        examples: [1200],
      }),
    ),
    checksum: Type.String({
      description: 'The SHA-256 hash of the stored file, in hex.',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
    publicId: Type.String({
      description: 'The name of the file in the file store.',
      examples: ['coffer-1f2e3d4c/9a8b7c'],
    }),
    secureUrl: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'The URL of the stored file; null if the file is private.',
      examples: [URL],
    }),
    thumbnailUrl: Type.Optional(
      Type.String({
        format: 'uri',
        description: 'The URL of a thumbnail of at most 320 × 320 pixels; present for public images only.',
        examples: [THUMBNAIL],
      }),
    ),
    visibility: openEnum(VISIBILITIES, { description: VISIBILITY }),
    tags: Type.Array(Type.String({ examples: ['holiday'] }), {
      maxItems: MAX_TAGS,
      description: 'The tags of the file.',
    }),
    description: Type.String({
      description: 'What the file shows or is for; may be empty.',
      examples: ['The lake at noon'],
    }),
    metadata: ref(AssetMetadataSchema),
    createdAt: timestamp('When the file was uploaded.'),
    updatedAt: timestamp('When any of these properties last changed.'),
  },
  { $id: 'Asset', description: 'The properties of a file.' },
)

export const AssetPageSchema = countedPageOf(AssetSchema, 'AssetPage')

export const UploadedSchema = Type.Object(
  { items: Type.Array(ref(AssetSchema), { description: 'The files in the order of the upload.' }) },
  { $id: 'Uploaded', description: 'The files of one upload.' },
)

/** The most ids that an administrator may delete in one request. */
export const MAX_IDS = 1000

export const BulkDeletedSchema = Type.Object(
  {
    deleted: Type.Array(Type.String({ examples: [ID] }), {
      maxItems: MAX_IDS,
      description: 'The ids of the files that were deleted.',
    }),
    notFound: Type.Array(Type.String(), {
      maxItems: MAX_IDS,
      examples: [[]],
      description: 'The ids for which no file was found.',
    }),
    failed: Type.Array(Type.String(), {
      maxItems: MAX_IDS,
      examples: [[]],
      description:
        'The ids of the files that the file store could not remove yet. They have disappeared and are removed later.',
    }),
  },
  { $id: 'BulkDeleted', description: 'The outcome for each id.' },
)

export const AssetUrlSchema = Type.Object(
  {
    url: Type.String({ format: 'uri', description: 'The URL of the file.', examples: [URL] }),
    expiresAt: Type.Optional(timestamp('When the URL stops working; absent if it does not expire.')),
  },
  { $id: 'AssetUrl', description: 'The download URL of a file.' },
)

export const AssetParams = Type.Object({ assetId: Type.String({ description: 'The id of the file.', examples: [ID] }) })

export const assetQuery = {
  ...pageQuery,
  ...totalQuery,
  sort: Type.Optional(
    stringEnum(Object.keys(SORTS) as (keyof typeof SORTS)[], {
      default: '-createdAt',
      description: 'The property to sort by. A leading `-` sorts in descending order.',
    }),
  ),
  type: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: '^[a-z]+(/[a-z0-9.+-]+)?$',
      description: 'Only files of this MIME type, such as `image/png`, or top-level type, such as `image`.',
      examples: ['image', 'image/png'],
    }),
  ),
  tag: Type.Optional({ ...Tag, description: 'Only files with this tag.' }),
  q: Type.Optional(
    Type.String({
      ...PREFIX,
      description: 'Only files whose name starts with this text, ignoring case.',
      examples: ['lake'],
    }),
  ),
  metadata: filterBy('files whose `metadata` has'),
}
