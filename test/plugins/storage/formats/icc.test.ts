import t from 'tap'
import { blanked, cleaned, identifying } from '../../../../plugins/storage/formats/icc.js'
import { displayProfile, SECRET } from '../samples.js'

t.test('of a profile only what identifies a display is blanked, whole or in pieces', async (t) => {
  const profile = await displayProfile()
  const expected = Buffer.from(profile).fill(0, 84, 100).fill(0, profile.indexOf(SECRET))
  t.same(cleaned(profile), expected)
  const ranges = identifying(profile) as NonNullable<ReturnType<typeof identifying>>
  for (const size of [1, 90, 100, 1000]) {
    const pieces = Array.from({ length: Math.ceil(profile.length / size) }, (_, index) =>
      blanked(profile.subarray(index * size, (index + 1) * size), index * size, ranges),
    )
    t.same(Buffer.concat(pieces), expected, `${size} bytes at once`)
  }
})

t.test('a profile that identifies nothing stays as it is, without what follows it', async (t) => {
  const profile = cleaned(await displayProfile()) as Buffer
  const anonymous = Buffer.from(profile)
  anonymous.write('abcd', anonymous.indexOf('mmod'))
  anonymous.fill('checksum', 84, 100)
  t.same(cleaned(Buffer.concat([anonymous, Buffer.from('GPS')])), anonymous)
})

t.test('what is no profile is told', async (t) => {
  t.equal(cleaned(Buffer.from('acsp')), null)
  t.equal(cleaned(Buffer.alloc(500)), null)
  const short = Buffer.alloc(132, 0xff)
  short.write('acsp', 36)
  t.equal(cleaned(short), null, 'one that ends before it should')
  short.writeUInt32BE(short.length)
  t.same(cleaned(short), short, 'a table that goes on behind the end is read to the end')
})
