import type { Reader, Steps } from '../reader.js'

/** In pixels, as stored: an orientation may turn it. */
export interface Size {
  width: number
  height: number
}

export interface FormatOptions {
  /** True to drop metadata: all but the orientation, colour profiles and what is needed to show the image. */
  strip: boolean
  /** Told every size that the file declares, before anything of that size is passed on; throws at the limit. */
  sized(width: number, height: number): Size
}

/**
 * Walks through a file whose first bytes are known to be right. Keeps what belongs to it, drops what its format doesn't need, and throws
 * `UNSUPPORTED_MEDIA_TYPE` where a viewer would give up. The pixels themselves are neither decoded nor changed.
 * @returns the size of an image
 */
export type Format = (reader: Reader, options: FormatOptions) => Steps<Size | null>
