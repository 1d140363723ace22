import sharp from 'sharp'

/** The side of an image of noise, which is stored nearly as large as its pixels: just under 10 MiB. */
const SIDE = 1860

/** Returns a PNG of just under 10 MiB, the same each time. */
export async function picture(): Promise<Buffer> {
  const noise = Buffer.alloc(SIDE * SIDE * 3)
  for (let at = 0, state = 1; at < noise.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    noise[at] = state >> 16
  }
  return sharp(noise, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
