import t from 'tap'
import { refusal, through } from '../samples.js'

const OBJECTS = '1 0 obj<</Type/Catalog>>endobj\n'.repeat(100)
const END = 'trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n'
const PDF = Buffer.from(`%PDF-1.4\n${OBJECTS}${END}`)
const HTML = '<!DOCTYPE html><html><script>alert(1)</script></html>'

/** An archive of one entry, of which `offset` bytes are taken to be in front, and a comment behind. */
function zip(before: number, comment: Buffer = Buffer.alloc(0)) {
  const entry = Buffer.alloc(46)
  entry.write('PK\x01\x02', 'latin1')
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length, 12)
  end.writeUInt32LE(before, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([entry, end, comment])
}

t.test('a PDF is passed on as it is, in every form that readers open', async (t) => {
  const forms: Record<string, Buffer | string> = {
    plain: PDF,
    'a byte order mark in front': `\ufeff${PDF}`,
    'a log in front': `${'Loading font.\n'.repeat(70)}${PDF}`,
    'a print job': `\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n${PDF}\x1b%-12345X`,
    'an unusual version': `%PDF-a.4\n${OBJECTS}${END}`,
    'some bytes behind': `${PDF}${'rest '.repeat(100)}`,
    'a comment behind': `${PDF}% made by hand`,
    'two ends': `${PDF}%%EOF\n`,
    'no final end': `%PDF-1.4\n${OBJECTS}trailer<</Root 1 0 R>>\nstartxref\n9`,
    'no cross-reference': `%PDF-1.4\n${OBJECTS}trailer<</Root 1 0 R>>`,
    'padding behind': Buffer.concat([PDF, Buffer.alloc(200_000)]),
    'white space behind': `${PDF}${' \t\r\n'.repeat(50_000)}`,
    'padding within': Buffer.concat([PDF, Buffer.alloc(200_000), Buffer.from(END)]),
    'much content': Buffer.concat([PDF.subarray(0, 9), Buffer.alloc(300_000, 'x'), Buffer.from(END)]),
    'HTML in an object': `%PDF-1.4\n1 0 obj(${HTML})endobj\n${END}`,
    'the mark of an archive that is none': Buffer.concat([PDF, Buffer.from('PK\x05\x06'), Buffer.alloc(18, 'x')]),
    'the mark of an archive at the end': `${PDF}PK\x05\x06`,
  }
  for (const [name, form] of Object.entries(forms)) {
    const bytes = Buffer.from(form as string)
    for (const portion of [997, 1e6]) {
      t.ok((await through(bytes, 'application/pdf', {}, portion)).passed.equals(bytes), name)
    }
  }
  for (const portion of [1, 7]) t.same((await through(PDF, 'application/pdf', {}, portion)).passed, PDF)
})

t.test("what readers don't open is refused", async (t) => {
  const cases: Record<string, Buffer | string> = {
    'no header': `${OBJECTS}${END}`,
    'a header too late': `${' '.repeat(1025)}${PDF}`,
    'no trailer': `%PDF-1.4\n${OBJECTS}`,
    'a trailer too far from the end': `${PDF}${'x'.repeat(20_000)}`,
  }
  for (const [name, bytes] of Object.entries(cases)) {
    t.equal(await refusal(Buffer.from(bytes as string), 'application/pdf'), 'UNSUPPORTED_MEDIA_TYPE', name)
  }
})

t.test('archives and pages that hide in a PDF are refused', async (t) => {
  const swallowed = zip(PDF.length - END.length, Buffer.from(END))
  const zip64 = zip(0)
  zip64.fill(0xff, 46 + 8, 46 + 20)
  const cases: Record<string, (Buffer | string)[]> = {
    'an archive behind': [PDF, zip(PDF.length)],
    'an archive behind, its offsets from its start': [PDF, zip(0)],
    'an empty archive behind': [PDF, Buffer.from('PK\x05\x06'), Buffer.alloc(18)],
    'an archive whose comment is the trailer': [PDF.subarray(0, -END.length), swallowed],
    'a large archive behind': [PDF, zip64],
    'an archive before padding': [PDF, zip(0), Buffer.alloc(100_000)],
    RAR: [PDF.subarray(0, 500), 'Rar!\x1a\x07\0', PDF.subarray(500)],
    '7z': [PDF.subarray(0, 500), Buffer.from('377abcaf271c', 'hex'), PDF.subarray(500)],
    'a page in front': [HTML, PDF],
    'a page in a comment behind the header': ['%PDF-1.4\n%', HTML, '\n', OBJECTS, END],
    'a page behind': [PDF, HTML],
    'a page between two ends': [PDF, HTML, '%%EOF'],
    'an image in front': ['GIF89a', Buffer.alloc(20), PDF],
  }
  for (const [name, parts] of Object.entries(cases)) {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
    for (const portion of [1, 997]) {
      t.equal(await refusal(bytes, 'application/pdf', {}, portion), 'UNSUPPORTED_MEDIA_TYPE', name)
    }
  }
})
