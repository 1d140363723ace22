import { createHash } from 'node:crypto'
import type { ResourceType } from '../../models/asset.js'
import { Problem } from '../../openapi/errors.js'
import { extensionOf } from './filename.js'
import type { Format, Size } from './formats/format.js'
import { gif } from './formats/gif.js'
import { jpeg } from './formats/jpeg.js'
import { HEAD_BYTES, pdf } from './formats/pdf.js'
import { png } from './formats/png.js'
import { webp } from './formats/webp.js'
import { malformed, Reader } from './reader.js'

interface Kind {
  resourceType: ResourceType
  /** The first is the store's name of the format. */
  extensions: string[]
  /** Tells the kind from the first bytes. file-type finds no PNG whose first 4 KiB are all colour profile. */
  begins(sample: Buffer): boolean
  format: Format
}

const PDF_HEADER = '%PDF-'
const startsWith = (hex: RegExp) => (sample: Buffer) => hex.test(sample.toString('hex', 0, 12))

const KINDS = new Map<string, Kind>([
  [
    'image/jpeg',
    {
      resourceType: 'image',
      extensions: ['jpg', 'jpeg', 'jpe', 'jfif', 'jif', 'jfi', 'pjpeg', 'pjp'],
      begins: startsWith(/^ffd8ff/),
      format: jpeg,
    },
  ],
  [
    'image/png',
    { resourceType: 'image', extensions: ['png', 'apng'], begins: startsWith(/^89504e470d0a1a0a/), format: png },
  ],
  [
    'image/webp',
    { resourceType: 'image', extensions: ['webp'], begins: startsWith(/^52494646.{8}57454250/), format: webp },
  ],
  ['image/gif', { resourceType: 'image', extensions: ['gif'], begins: startsWith(/^47494638(37|39)61/), format: gif }],
  [
    'application/pdf',
    {
      resourceType: 'raw',
      extensions: ['pdf'],
      begins: (sample) => sample.subarray(0, HEAD_BYTES + PDF_HEADER.length).includes(PDF_HEADER),
      format: pdf,
    },
  ],
])

/** Which type an extension belongs to. */
const OWNERS = new Map([...KINDS].flatMap(([type, { extensions }]) => extensions.map((extension) => [extension, type])))

const ALIASES = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/x-png', 'image/png'],
  ['image/apng', 'image/png'],
  ['image/vnd.mozilla.apng', 'image/png'],
  ['application/x-pdf', 'application/pdf'],
])

/** Types that leave it to the bytes. A part without a type counts as text (RFC 7578, 4.4). */
const GENERAL = new Set(['', 'text/plain', 'application/octet-stream', 'binary/octet-stream'])

/** The bytes that file-type reads. */
const SAMPLE = 4100

/** Which of `types` can't be accepted: what can't be told from its bytes, and what can carry a script or an archive. */
export async function unsupportedTypes(types: string[]): Promise<string[]> {
  const others = types.filter((type) => !KINDS.has(type))
  // as by default: the start needn't wait for file-type, which takes long to load
  if (others.length === 0) return []
  const { supportedMimeTypes } = await import('file-type')
  return others.filter(
    (type) => !(/^(video|audio)\//.test(type) && (supportedMimeTypes as ReadonlySet<string>).has(type)),
  )
}

/** The store's name of the format of an image; empty for a file of another kind. */
export function imageFormat(contentType: string): string {
  const kind = KINDS.get(contentType)
  return kind?.resourceType === 'image' ? (kind.extensions[0] as string) : ''
}

export interface Declared {
  filename: string
  contentType: string
}

export interface Rules {
  /** MIME types that are accepted. */
  types: string[]
  /** Of what is received. */
  maxBytes: number
  maxPixels: number
  strip: boolean
}

export interface Inspected {
  contentType: string
  resourceType: Kind['resourceType']
  /** Without the dot. */
  extension: string
  /** The bytes to keep. @throws Problem where the file turns out to be another thing than it began as, or too large */
  content: AsyncGenerator<Buffer>
  /** Facts about the bytes that were passed on; about the whole file once `content` has ended. */
  facts(): { bytes: number; checksum: string; width: number | null; height: number | null }
}

/**
 * Decides from its first bytes what a file is, which must be what it is declared to be, if it's declared; then checks and strips it
 * while it is read.
 * @throws Problem `UNSUPPORTED_MEDIA_TYPE`; from the content also `PAYLOAD_TOO_LARGE`, `TOO_MANY_PIXELS`
 */
export async function inspect(source: AsyncIterable<Buffer>, declared: Declared, rules: Rules): Promise<Inspected> {
  const type = essence(declared.contentType)
  if (!GENERAL.has(type)) requireAccepted(type, rules)
  const reader = new Reader(limited(source, rules.maxBytes))
  await reader.fill(SAMPLE)
  const sample = reader.peek(SAMPLE)
  const contentType = GENERAL.has(type) ? await typeOf(sample) : type
  requireAccepted(contentType, rules)
  const kind = await recognise(sample, contentType)
  if (!kind) throw malformed(`The file is not ${contentType}.`)
  const extension = extensionOf(declared.filename)
  // a name is a label, unless it names another kind of file
  if ((OWNERS.get(extension) ?? contentType) !== contentType) throw malformed(`The name ends in .${extension}.`)

  const { format } = kind
  const hash = createHash('sha256')
  let bytes = 0
  let size: Size | null = null
  const sized = (width: number, height: number) => {
    if (width === 0 || height === 0) throw malformed('The image has no size.')
    if (width * height > rules.maxPixels) throw new Problem('TOO_MANY_PIXELS')
    return { width, height }
  }
  async function* walk() {
    const steps = format(reader, { strip: rules.strip, sized })
    let step = steps.next()
    while (!step.done) {
      yield reader.kept()
      step = steps.next(await reader.fill(step.value))
    }
    size = step.value
    yield reader.kept()
    // what follows an image is read, and dropped
    while (await reader.fill(1)) reader.drop(reader.left)
  }
  async function* content() {
    for await (const chunk of lastHeldBack(walk())) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  }
  return {
    contentType,
    resourceType: kind.resourceType,
    extension: kind.extensions[0] as string,
    content: content(),
    facts: () => ({
      bytes,
      checksum: hash.copy().digest('hex'),
      width: size?.width ?? null,
      height: size?.height ?? null,
    }),
  }
}

/** A MIME type without parameters, in lower case, under its registered name. */
function essence(contentType: string): string {
  const type = (contentType.split(';')[0] as string).trim().toLowerCase()
  return ALIASES.get(type) ?? type
}

function requireAccepted(contentType: string, { types }: Rules) {
  if (types.includes(contentType)) return
  throw malformed(
    contentType ? `Files of the type ${contentType} are not accepted.` : 'The type of the file is unknown.',
  )
}

async function detect(sample: Buffer) {
  const { fileTypeFromBuffer } = await import('file-type')
  return fileTypeFromBuffer(sample)
}

async function typeOf(sample: Buffer): Promise<string> {
  for (const [type, kind] of KINDS) if (kind.begins(sample)) return type
  return (await detect(sample))?.mime ?? ''
}

async function recognise(sample: Buffer, contentType: string): Promise<Kind | null> {
  const kind = KINDS.get(contentType)
  if (kind?.format === pdf) return kind.begins(sample) && !(await isBehindAnother(sample)) ? kind : null
  if (kind) return kind.begins(sample) ? kind : null
  const detected = await detect(sample)
  if (detected?.mime !== contentType) return null
  /* c8 ignore next -- a film is recognised by its type alone */
  return { resourceType: 'video', extensions: [detected.ext], begins: () => true, format: asItIs }
}

/** Tells whether what is in front of a PDF is a file of another kind. */
const isBehindAnother = async (sample: Buffer) =>
  (await detect(sample.subarray(0, sample.indexOf(PDF_HEADER)))) !== undefined

const asItIs: Format = function* (reader) {
  while (yield* reader.has(1)) reader.keep(reader.left)
  return null
}

/** @throws Problem PAYLOAD_TOO_LARGE past the limit */
export async function* limited(source: AsyncIterable<Buffer>, maxBytes: number) {
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      throw new Problem('PAYLOAD_TOO_LARGE', { detail: `A file must not have more than ${maxBytes} bytes.` })
    }
    yield chunk
  }
}

/** Finds a broken end of a file before its last bytes are passed on. */
async function* lastHeldBack(chunks: AsyncIterable<Buffer>) {
  let held: Buffer | undefined
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    if (held) yield held
    held = chunk
  }
  if (held) yield held
}
