const MAX_BYTES = 255

/**
 * Controls, line separators, lone surrogates, separators of paths, and what isn't seen: zero-width characters, marks that reorder text
 * (UAX #9), the byte order mark. The joiners, variation selectors and tags of which emoji and many scripts are made stay.
 */
const UNSHOWN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/\\]|(?!\u200c|\u200d|[\u180b-\u180d]|[\ufe00-\ufe0f]|[\u{e0020}-\u{e007f}]|[\u{e0100}-\u{e01ef}])\p{DI}/gu
/** A name in which nothing is seen. */
const BLANK = /^(?:\.|\p{Z}|\p{DI})*$/u

/** A client's name of a file made fit to be shown and stored: one line, no path, at most 255 bytes, its extension kept. */
export function displayName(name: string, fallback: string): string {
  const clean = name.normalize('NFC').replace(UNSHOWN, '').trim()
  if (BLANK.test(clean)) return fallback
  if (Buffer.byteLength(clean) <= MAX_BYTES) return clean
  const extension = /\.[^.]{1,20}$/.exec(clean)?.[0] ?? ''
  const stem = new TextDecoder().decode(Buffer.from(clean).subarray(0, MAX_BYTES - Buffer.byteLength(extension)))
  return `${stem.replace(/\ufffd+$/, '')}${extension}`
}

/** Returns the text behind the last dot of a shown name, in lower case; empty if there is no dot. */
export const extensionOf = (name: string) => /\.([^.]*)$/.exec(displayName(name, '').toLowerCase())?.[1] ?? ''
