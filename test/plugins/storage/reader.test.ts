import t from 'tap'
import { MAX_PARTS, MIN_PART_BYTES, Reader, type Steps } from '../../../plugins/storage/reader.js'
import { portions } from './samples.js'

/** Lets a walk run to its end; returns what it kept. */
async function run(walk: (reader: Reader) => Steps, source: AsyncIterable<Buffer>) {
  const reader = new Reader(source)
  const steps = walk(reader)
  const pieces: Buffer[] = []
  for (let step = steps.next(); !step.done; step = steps.next(await reader.fill(step.value))) pieces.push(reader.kept())
  return Buffer.concat([...pieces, reader.kept()])
}

t.test('bytes are kept, dropped and added in their order, however the stream cuts them', async (t) => {
  for (const size of [1, 3, 100]) {
    const kept = await run(
      function* (reader) {
        yield* reader.need(4)
        t.equal(`${reader.peek(4)}`, 'abcd')
        reader.keep(1)
        t.equal(`${reader.drop(1)}`, 'b')
        reader.keep(1)
        reader.put(Buffer.from('!'))
        reader.keep(1)
        yield* reader.pass(2)
        yield* reader.pass(2, false)
        t.equal(yield* reader.has(2), true)
        t.equal(yield* reader.has(3), false, 'there are only two more')
        t.equal(`${reader.peek(9)}`, 'ij')
        reader.keep(reader.left)
      },
      portions(Buffer.from('abcdefghij'), size),
    )
    t.equal(`${kept}`, 'ac!defij')
  }
})

t.test('what is kept side by side comes in one piece, of the memory in which it arrived', async (t) => {
  const bytes = Buffer.from('abcdefghij')
  const reader = new Reader(
    (async function* () {
      yield bytes
    })(),
  )
  await reader.fill(10)
  for (let at = 0; at < 10; at += 1) reader.keep(1)
  const kept = reader.kept()
  t.equal(kept.buffer, bytes.buffer)
  t.same(kept, bytes)
  t.equal(reader.kept().length, 0)
})

t.test('more than there is can be neither needed nor passed', async (t) => {
  const source = () => portions(Buffer.from('abc'), 2)
  const code = 'UNSUPPORTED_MEDIA_TYPE'
  await t.rejects(
    run((reader) => reader.need(4), source()),
    { code },
  )
  await t.rejects(
    run((reader) => reader.pass(4), source()),
    { code },
  )
})

t.test('a file may have many parts, unless they are tiny', async (t) => {
  const partsOf = (size: number) =>
    run(
      function* (reader) {
        while (yield* reader.has(1)) {
          reader.countPart()
          yield* reader.pass(size, false)
        }
      },
      portions(Buffer.alloc(size * (MAX_PARTS + 1)), 2 ** 16),
    )
  t.equal((await partsOf(MIN_PART_BYTES + 1)).length, 0)
  await t.rejects(partsOf(MIN_PART_BYTES - 1), { code: 'UNSUPPORTED_MEDIA_TYPE' })
})
