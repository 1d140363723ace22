/** The characters that change the direction of text or are line breaks and other controls. */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
/** The scripts that are written from right to left (Unicode, Bidi_Class R and AL). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/** Returns a text on one line, without characters that turn text around. */
export const oneLine = (text: string) => text.replace(CONTROLS, ' ').trim()

/**
 * Returns a value as it may stand within a sentence: on one line, without characters that turn the text around, and isolated if it is
 * written from right to left, so that it doesn't reorder what surrounds it (UAX #9, 6.3).
 */
export function embed(value: string): string {
  const plain = oneLine(value)
  return RIGHT_TO_LEFT.test(plain) ? `${FIRST_STRONG_ISOLATE}${plain}${POP_ISOLATE}` : plain
}

/** Replaces the isolates of {@link embed} by the element of HTML, which more mail clients know. */
export const isolatesToHtml = (html: string) =>
  html.replaceAll(FIRST_STRONG_ISOLATE, '<bdi>').replaceAll(POP_ISOLATE, '</bdi>')
