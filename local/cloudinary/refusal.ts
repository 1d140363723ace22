/** An answer of status `statusCode` with Cloudinary's body for errors, `{error: {message}}`. */
export function refusal(statusCode: number, message: string): Error & { statusCode: number } {
  return Object.assign(new Error(message), { statusCode })
}

/** What the genuine service does and this stand-in doesn't is refused, so that nobody takes a wrong result for a right one. */
export function notImplemented(what: string) {
  return refusal(400, `The local stand-in for Cloudinary doesn't implement ${what}`)
}
