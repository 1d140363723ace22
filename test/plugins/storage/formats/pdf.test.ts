import t from 'tap'
import { refusal, through } from '../samples.js'

const PDF = Buffer.from(
  `%PDF-1.4\n${'1 0 obj<</Type/Catalog>>endobj\n'.repeat(100)}trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n`,
)

t.test('a PDF is passed on as it is', async (t) => {
  for (const portion of [1, 7, 1e6]) t.same((await through(PDF, 'application/pdf', {}, portion)).passed, PDF)
})

t.test('what does not begin or end as a PDF is refused', async (t) => {
  const cases = {
    'cut short': PDF.subarray(0, -20),
    'an archive behind it': Buffer.concat([PDF, Buffer.from('PK\x05\x06'), Buffer.alloc(18)]),
    'no version': Buffer.from('%PDF-x.4\nstartxref\n9\n%%EOF\n'),
    'no trailer': Buffer.from('%PDF-1.4\n<script>alert(1)</script>'),
  }
  for (const [name, bytes] of Object.entries(cases))
    t.equal(await refusal(bytes, 'application/pdf'), 'UNSUPPORTED_MEDIA_TYPE', name)
})
