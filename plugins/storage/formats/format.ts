import type { ByteReader } from '../reader.js'

export interface FormatOptions {
  /** Whether metadata is left out: all but the orientation, colour profiles and what is needed to show the image. */
  strip: boolean
  /** Told every size that the file declares, in pixels, before anything of that size is passed on; throws at the limit. */
  sized(width: number, height: number): void
}

/**
 * Walks through a file whose first bytes are known to be right, passes on what belongs to it, and throws `UNSUPPORTED_MEDIA_TYPE` at what doesn't.
 * The pixels themselves are neither decoded nor changed.
 */
export type Format = (reader: ByteReader, options: FormatOptions) => AsyncGenerator<Buffer>
