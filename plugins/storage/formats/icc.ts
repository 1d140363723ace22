/** Offset of a profile's table of tags (ICC.1:2022, 7.3). */
const TABLE = 128
/** As far as a table of tags reaches in any profile; the rest may be cleaned as it comes. */
export const START_BYTES = 4096

/**
 * Tags that tell one display from all others, and no colour: Apple's maker, model, serial number and date of it (`mmod`), its native
 * description (`ndin`), and colord's dictionary with its EDID (`meta`).
 */
const IDENTIFYING = new Set(['mmod', 'ndin', 'meta'])
/** A tag begins with its type and four zeros, which stay. */
const TAG_HEADER = 8
const PROFILE_ID = { from: 84, to: 100 }

interface Range {
  from: number
  to: number
}

/** The ranges of a colour profile that are to be blanked, told from its first {@link START_BYTES}; null if it is no profile. */
export function identifying(start: Buffer): Range[] | null {
  if (start.length < TABLE + 4 || start.toString('latin1', 36, 40) !== 'acsp') return null
  const count = Math.min(start.readUInt32BE(TABLE), Math.floor((start.length - TABLE - 4) / 12))
  const tags = Array.from({ length: count }, (_, index) => {
    const at = TABLE + 4 + index * 12
    const from = start.readUInt32BE(at + 4)
    return {
      name: start.toString('latin1', at, at + 4),
      from: from + TAG_HEADER,
      to: from + start.readUInt32BE(at + 8),
    }
  }).filter(({ name }) => IDENTIFYING.has(name))
  const behind = { from: start.readUInt32BE(0), to: Number.POSITIVE_INFINITY }
  // zeros say that there is no checksum over the profile
  return tags.length === 0 ? [behind] : [...tags, PROFILE_ID, behind]
}

/** A copy of a piece of a profile, which begins at `offset` of it, with the ranges set to zero. */
export function blanked(piece: Buffer, offset: number, ranges: Range[]): Buffer {
  const copy = Buffer.from(piece)
  for (const { from, to } of ranges) copy.fill(0, clamp(from - offset, copy), clamp(to - offset, copy))
  return copy
}

const clamp = (at: number, { length }: Buffer) => Math.min(Math.max(at, 0), length)

/** A copy of a whole profile without what identifies a display and what follows it; null if it is no profile. */
export function cleaned(bytes: Buffer): Buffer | null {
  const ranges = identifying(bytes.subarray(0, START_BYTES))
  if (!ranges || bytes.readUInt32BE(0) > bytes.length) return null
  return blanked(bytes.subarray(0, bytes.readUInt32BE(0)), 0, ranges)
}
