import type { ResizeOptions } from 'sharp'
import { notImplemented, refusal } from './refusal.js'

const MAX_PIXELS = 8192
const RESIZE: Record<string, ResizeOptions> = {
  limit: { fit: 'inside', withoutEnlargement: true },
  fit: { fit: 'inside' },
  fill: { fit: 'cover' },
  thumb: { fit: 'cover' },
  scale: { fit: 'fill' },
}
const OUTPUT: Record<string, 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'> = {
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
}

/** The transformation in a delivery URL: `quality` 1 to 100, sizes in pixels, `format` an extension or `auto`. */
export interface Transformation {
  resize?: ResizeOptions
  quality?: number
  format?: string
}

/** Tests for a segment of a delivery URL that is a transformation, such as `c_fill,h_512,w_512`. */
export function isTransformation(segment: string): boolean {
  return /^[a-z]{1,3}_[^,]+(,[a-z]{1,3}_[^,]+)*$/.test(segment)
}

/** Parses a transformation of one or more components; refuses any parameter except `c`, `w`, `h`, `q` and `f`. */
export function parseTransformation(components: string[]): Transformation {
  const given = new Map<string, string>()
  for (const parameter of components.flatMap((component) => component.split(','))) {
    const separator = parameter.indexOf('_')
    const name = parameter.slice(0, separator)
    if (given.has(name)) throw notImplemented(`two values of ${name} in the transformation ${components.join('/')}`)
    given.set(name, parameter.slice(separator + 1))
  }
  if (components.filter((component) => /(^|,)[cwh]_/.test(component)).length > 1) {
    throw notImplemented(`two steps of resizing in the transformation ${components.join('/')}`)
  }
  const transformation: Transformation = {}
  const width = pixels('width', given.get('w'))
  const height = pixels('height', given.get('h'))
  const crop = given.get('c') ?? 'scale'
  if (!RESIZE[crop]) throw notImplemented(`the crop mode ${crop}`)
  // With only one side, the other follows in any mode.
  if (width || height)
    transformation.resize = { width, height, ...RESIZE[crop], ...(!(width && height) && { fit: 'inside' }) }
  else if (given.has('c')) throw refusal(400, `Must supply either width or height for the crop mode ${crop}`)
  for (const name of ['c', 'w', 'h']) given.delete(name)

  for (const [name, value] of given) {
    if (name === 'q' && (value === 'auto' || /^([1-9]\d?|100)$/.test(value))) {
      transformation.quality = value === 'auto' ? undefined : Number(value)
    } else if (name === 'f' && /^(auto|jpg|png|webp)$/.test(value)) {
      transformation.format = value
    } else {
      throw notImplemented(`${name}_${value} in a transformation`)
    }
  }
  return transformation
}

function pixels(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < 1 || number > MAX_PIXELS) {
    throw refusal(400, `Invalid ${name} in transformation: ${value}`)
  }
  return number
}

/** Returns the image at `path`, upright, transformed and encoded as `format`, without its metadata. */
export async function transform(path: string, { resize, quality }: Transformation, format: string): Promise<Buffer> {
  const output = OUTPUT[format]
  if (!output) throw notImplemented(`a transformation to ${format}`)
  const animated = format === 'gif' || format === 'webp'
  // loaded when first needed, so that a start doesn't wait for it
  const { default: sharp } = await import('sharp')
  const image = sharp(path, { animated, failOn: 'error' }).autoOrient()
  if (resize) image.resize(resize)
  if (format === 'jpg') image.flatten({ background: '#fff' })
  return image
    .toFormat(output, quality === undefined ? {} : { quality })
    .toBuffer()
    .catch(() => {
      throw refusal(400, 'Invalid image file')
    })
}
