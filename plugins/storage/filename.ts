const MAX_BYTES = 255

/** Controls, line separators, lone surrogates, marks that reorder text (UAX #9), the byte order mark, what paths are made of. */
const UNSHOWN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff/\\]/gu

/** A client's name of a file made fit to be shown and stored: one line, no path, at most 255 bytes, its extension kept. */
export function displayName(name: string, fallback: string): string {
  const clean = name.normalize('NFC').replace(UNSHOWN, '').trim()
  if (/^\.*$/.test(clean)) return fallback
  if (Buffer.byteLength(clean) <= MAX_BYTES) return clean
  const extension = /\.[^.]{1,20}$/.exec(clean)?.[0] ?? ''
  const stem = new TextDecoder().decode(Buffer.from(clean).subarray(0, MAX_BYTES - Buffer.byteLength(extension)))
  return `${stem.replace(/\ufffd+$/, '')}${extension}`
}

/** Everything behind the dots of a name, in lower case: `Photo.v2.JPG` has `v2` and `jpg`. */
export const extensions = (name: string) => name.trim().toLowerCase().split('.').slice(1)

/** What a browser, a server or a shell could run, were the last extension ignored. */
const RUNNABLE = new Set(
  'html htm xhtml shtml svg svgz xml js mjs php php3 php4 php5 phtml phar asp aspx jsp cgi exe dll msi scr hta bat cmd ps1 vbs jar'.split(
    ' ',
  ),
)

/** Tells whether a name pretends to be something that is run, `photo.php.png`, or hides its end behind a NUL. */
export const isDeceptive = (name: string) =>
  name.includes('\0') || extensions(name).some((extension) => RUNNABLE.has(extension))
