import { Problem } from '../../openapi/errors.js'
import { type Declared, inspect } from '../storage/inspect.js'

/** Longest side of an avatar in pixels. */
export const SIDE = 512
/** A challenge holds an avatar of this size until its registration is verified. */
export const MAX_BYTES = 100 * 1024
/** Tried in this order; even noise fits at the last one. */
const QUALITIES = [80, 50, 20, 1]
export const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

export interface AvatarLimits {
  maxBytes: number
  maxPixels: number
}

/**
 * Re-encodes an uploaded image as an upright WebP of at most 512 × 512 pixels and 100 KiB, without metadata or
 * animation.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, TOO_MANY_PIXELS
 */
export async function encodeAvatar(bytes: AsyncIterable<Buffer>, declared: Declared, limits: AvatarLimits) {
  const { content } = await inspect(bytes, declared, { ...limits, types: TYPES, strip: true })
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  // loaded with the first image: sharp takes time and memory that the start doesn't need
  const { default: sharp } = await import('sharp')
  const image = sharp(Buffer.concat(chunks), { limitInputPixels: limits.maxPixels })
    .autoOrient()
    .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
  let encoded = Buffer.alloc(0)
  for (const quality of QUALITIES) {
    encoded = await image
      .clone()
      .webp({ quality })
      .toBuffer()
      .catch((cause) => {
        throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'The image cannot be read.', cause })
      })
    if (encoded.length <= MAX_BYTES) break
  }
  return encoded
}
