/** The format of a file by its bytes. Any other file is a raw one. */
export interface Format {
  format: string
  resourceType: 'image' | 'video'
}

const FORMATS: Record<string, Format> = {
  'image/jpeg': { format: 'jpg', resourceType: 'image' },
  // An animated PNG is delivered as a PNG: if two types have the same format, the last one counts.
  'image/apng': { format: 'png', resourceType: 'image' },
  'image/png': { format: 'png', resourceType: 'image' },
  'image/gif': { format: 'gif', resourceType: 'image' },
  'image/webp': { format: 'webp', resourceType: 'image' },
  'image/avif': { format: 'avif', resourceType: 'image' },
  'application/pdf': { format: 'pdf', resourceType: 'image' },
  'video/mp4': { format: 'mp4', resourceType: 'video' },
  'video/quicktime': { format: 'mov', resourceType: 'video' },
  'video/webm': { format: 'webm', resourceType: 'video' },
  'audio/mpeg': { format: 'mp3', resourceType: 'video' },
  'audio/wav': { format: 'wav', resourceType: 'video' },
}

const TYPES = new Map(Object.entries(FORMATS).map(([type, { format }]) => [format, type]))

/** Returns the format of a detected MIME type, or undefined if the store doesn't tell it apart. */
export function formatOf(mime: string | undefined): Format | undefined {
  return mime === undefined ? undefined : FORMATS[mime]
}

/**
 * Returns the Content-Type of an extension. Unknown ones, HTML and SVG on purpose among them, are delivered as plain
 * bytes: they would run as scripts of the stand-in's own origin, which also serves the mailbox.
 */
export function contentTypeOf(extension: string): string {
  if (extension === 'jpeg') return 'image/jpeg'
  if (extension === 'txt' || extension === 'csv') return 'text/plain; charset=utf-8'
  return TYPES.get(extension) ?? 'application/octet-stream'
}
