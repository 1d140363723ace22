import pLimit from 'p-limit'
import { Problem } from '../../openapi/errors.js'
import { gammaOf } from '../storage/formats/png.js'
import { type Declared, inspect } from '../storage/inspect.js'

/** Longest side of an avatar in pixels. */
export const SIDE = 512
/** A challenge holds an avatar of this size until its registration is verified. */
export const MAX_BYTES = 100 * 1024
/** Tried in this order; even noise fits at the last one. */
const QUALITIES = [80, 50, 20, 1]
/** Up to this many pixels an avatar is kept without loss: halved chroma would show. */
const LOSSLESS_PIXELS = 64 * 64
export const AVATAR_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

/** Largest upload; photos of phones have 3 to 6 MiB. */
export const MAX_UPLOAD_BYTES = 6 * 2 ** 20
/** Bytes of uploads that are held at once, complete or not. */
export const MAX_HELD_BYTES = 64 * 2 ** 20
/** Pixels of an image of which a decoder holds all at once, in up to 8 bytes each. */
export const MAX_WHOLE_PIXELS = 25_000_000
/** Decoding takes one of libuv's four threads, which password hashes, names and files need as well. */
export const DECODES_AT_ONCE = 1
export const MAX_WAITING_DECODES = 8
const RETRY_AFTER = 5

/** An uploaded image that is held in memory. */
export interface ReceivedAvatar {
  /**
   * Re-encodes the image as an upright WebP of at most 512 × 512 pixels and 100 KiB, without metadata or animation.
   * @throws Problem UNSUPPORTED_MEDIA_TYPE, TOO_MANY_PIXELS, OVERLOADED
   */
  encode(): Promise<Buffer>
  /** Gives the memory back. The caller must call it once the image is encoded or not wanted. */
  release(): void
}

export interface AvatarLimits {
  maxBytes: number
  maxPixels: number
}

/**
 * Returns a function that reads an uploaded image into memory. All images together are held in a bounded amount of it, and
 * decoded one at a time.
 */
export function avatarReceiver({ maxBytes, maxPixels }: AvatarLimits) {
  const rules = { types: AVATAR_TYPES, strip: true, maxPixels, maxBytes: Math.min(maxBytes, MAX_UPLOAD_BYTES) }
  const limit = pLimit(DECODES_AT_ONCE)
  let held = 0

  /** @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, TOO_MANY_PIXELS, OVERLOADED */
  return async function receive(bytes: AsyncIterable<Buffer>, declared: Declared): Promise<ReceivedAvatar> {
    let own = 0
    const release = () => {
      held -= own
      own = 0
    }
    async function* counted() {
      for await (const chunk of bytes) {
        if (held + chunk.length > MAX_HELD_BYTES) throw new Problem('OVERLOADED', { retryAfter: RETRY_AFTER })
        held += chunk.length
        own += chunk.length
        yield chunk
      }
    }
    try {
      const { content } = await inspect(counted(), declared, rules)
      const chunks: Buffer[] = []
      for await (const chunk of content) chunks.push(chunk)
      return {
        release,
        async encode() {
          if (limit.pendingCount >= MAX_WAITING_DECODES) throw new Problem('OVERLOADED', { retryAfter: RETRY_AFTER })
          return limit(() => encode(Buffer.concat(chunks), maxPixels))
        },
      }
    } catch (error) {
      release()
      throw error
    }
  }
}

/** sharp takes time and memory that the start doesn't need, so it's loaded with the first image. */
async function loadSharp() {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

async function encode(image: Buffer, maxPixels: number): Promise<Buffer> {
  const sharp = await loadSharp()
  const source = sharp(image, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true })
  const { width, height, format, orientation = 1, isProgressive } = await source.metadata().catch(unreadable)
  const isStreamed = !isProgressive && (format === 'jpeg' || (format === 'png' && orientation === 1))
  if (!isStreamed && width * height > MAX_WHOLE_PIXELS) {
    const detail = `A profile image of this kind may have at most ${MAX_WHOLE_PIXELS} pixels.`
    throw new Problem('TOO_MANY_PIXELS', { detail })
  }
  const { data, info } = await source
    .autoOrient()
    .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable)
  const gamma = format === 'png' ? gammaOf(image) : null
  if (gamma !== null) applyGamma(data, info.channels, gamma)
  const lossless = info.width * info.height <= LOSSLESS_PIXELS
  let encoded = Buffer.alloc(0)
  for (const quality of QUALITIES) {
    encoded = await sharp(data, { raw: info }).webp({ quality, lossless, smartSubsample: true }).toBuffer()
    if (encoded.length <= MAX_BYTES) break
  }
  return encoded
}

function unreadable(cause: unknown): never {
  throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'The image cannot be read.', cause })
}

/** Exponent by which a display shows the values of an image. */
const DISPLAY_GAMMA = 2.2

/** Applies the gamma that a PNG states, as browsers do; libvips doesn't. */
function applyGamma(pixels: Buffer, channels: number, gamma: number) {
  const exponent = 1 / (DISPLAY_GAMMA * gamma)
  const shown = Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** exponent))
  const alpha = channels === 4 ? 3 : -1
  for (let at = 0; at < pixels.length; at += 1) {
    if (at % channels !== alpha) pixels[at] = shown[pixels[at] as number] as number
  }
}
