/** Returns an error with a status and Cloudinary's body, `{error: {message}}`. */
export function refusal(statusCode: number, message: string): Error & { statusCode: number } {
  return Object.assign(new Error(message), { statusCode })
}

/** Returns the error for a feature of Cloudinary that the stand-in doesn't have. */
export function notImplemented(what: string) {
  return refusal(400, `The local stand-in for Cloudinary doesn't implement ${what}`)
}
