import t from 'tap'
import { byteReader } from '../../../plugins/storage/reader.js'
import { portions } from './samples.js'

t.test('bytes come in the asked portions, whatever the stream cuts', async (t) => {
  const bytes = Buffer.from('abcdefghij')
  for (const size of [1, 3, 100]) {
    const reader = byteReader(portions(bytes, size))
    t.equal(`${await reader.peek(4)}`, 'abcd')
    t.equal(`${await reader.read(2)}`, 'ab')
    const passed = []
    for await (const part of reader.pass(3)) passed.push(part)
    t.equal(`${Buffer.concat(passed)}`, 'cde')
    reader.unread(Buffer.from('!'))
    t.equal(`${await reader.peek(100)}`, '!fghij')
    t.equal(`${await reader.read(6)}`, '!fghij')
    t.equal(await reader.next(), null)
  }
})

t.test('more than there is can be looked for, but neither read nor passed on', async (t) => {
  const code = 'UNSUPPORTED_MEDIA_TYPE'
  t.equal(`${await byteReader(portions(Buffer.from('abc'), 2)).peek(4)}`, 'abc')
  await t.rejects(byteReader(portions(Buffer.from('abc'), 2)).read(4), { code })
  const passing = byteReader(portions(Buffer.from('abc'), 2)).pass(4)
  await t.rejects(
    (async () => {
      for await (const _part of passing);
    })(),
    { code },
  )
})
