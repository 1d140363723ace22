import fc from 'fast-check'
import t from 'tap'
import { orientationOf, orientationOnly } from '../../../../plugins/storage/formats/exif.js'

t.test('an orientation survives being written and read', async (t) => {
  for (const orientation of [2, 3, 4, 5, 6, 7, 8]) t.equal(orientationOf(orientationOnly(orientation)), orientation)
  t.equal(orientationOf(orientationOnly(1)), null)
  t.equal(orientationOf(orientationOnly(9)), null)
})

t.test('both byte orders and other entries before it are read', async (t) => {
  const tiff = Buffer.alloc(38)
  tiff.write('II*\0', 'latin1')
  tiff.writeUInt32LE(8, 4)
  tiff.writeUInt16LE(2, 8)
  tiff.writeUInt16LE(0x010f, 10)
  tiff.writeUInt16LE(0x0112, 22)
  tiff.writeUInt16LE(3, 24)
  tiff.writeUInt16LE(8, 30)
  t.equal(orientationOf(tiff), 8)
  tiff.writeUInt16LE(4, 24)
  t.equal(orientationOf(tiff), null, 'not where its type is another')
})

t.test('whatever is no TIFF has no orientation', async (t) => {
  t.equal(orientationOf(Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1')), null)
  t.equal(orientationOf(Buffer.from('no TIFF at all')), null)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('II*\0', 'MM\0*'), (bytes, order) => {
      const value = orientationOf(Buffer.concat([Buffer.from(order, 'latin1'), bytes]))
      return value === null || (value >= 2 && value <= 8)
    }),
  )
})
