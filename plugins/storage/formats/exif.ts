const ORIENTATION = 0x0112
const SHORT = 3
const ENTRY_BYTES = 12

/**
 * The orientation in the first directory of a TIFF structure, as EXIF has it (Exif 2.32, 4.6.4): 2 to 8;
 * null where there is none, or it says that nothing is to be turned.
 */
export function orientationOf(tiff: Buffer): number | null {
  const order = tiff.subarray(0, 2).toString('latin1')
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return null
  const short = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (directory + 2 > tiff.length) return null
  const entries = Math.min(short(directory), Math.floor((tiff.length - directory - 2) / ENTRY_BYTES))
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * ENTRY_BYTES
    if (short(entry) !== ORIENTATION) continue
    const value = short(entry + 8)
    return short(entry + 2) === SHORT && value >= 2 && value <= 8 ? value : null
  }
  return null
}

/** A TIFF structure with nothing in it but an orientation: 26 bytes. */
export function orientationOnly(orientation: number): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write('MM\0*', 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(ORIENTATION, 10)
  tiff.writeUInt16BE(SHORT, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(orientation, 18)
  return tiff
}
