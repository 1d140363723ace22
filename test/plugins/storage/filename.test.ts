import fc from 'fast-check'
import t from 'tap'
import { displayName, extensionOf } from '../../../plugins/storage/filename.js'

t.test('a name keeps what is shown and loses what controls', async (t) => {
  const names = {
    'Urlaub 2026 – Müller & Söhne.JPG': 'Urlaub 2026 – Müller & Söhne.JPG',
    'family 👨‍👩‍👧.png': 'family 👨‍👩‍👧.png',
    '../../etc/passwd.png': '....etcpasswd.png',
    'C:\\temp\\a.png': 'C:tempa.png',
    'a\r\nContent-Type: text/html\r\n.png': 'aContent-Type: text/html.png'.replace('/', ''),
    'annexe\u202egnp.exe': 'annexegnp.exe',
    '%00%2e%2e%2fx.png': '%00%2e%2e%2fx.png',
    'cafe\u0301.png': 'café.png',
    '<script>alert(1)</script>.png': '<script>alert(1)<script>.png',
    '\ud800.png': '.png',
    'invoice.exe\u200e.png': 'invoice.exe.png',
    'zero\u200b\u2060\u00ad width.png': 'zero width.png',
    'ناه\u200cاردن ❤️.png': 'ناه\u200cاردن ❤️.png',
    '\u200d\u3164\u00a0.': 'file.png',
    '  ': 'file.png',
    '..': 'file.png',
    '\u202e\0': 'file.png',
  }
  for (const [name, shown] of Object.entries(names)) t.equal(displayName(name, 'file.png'), shown)
})

t.test('a long name is cut to 255 bytes at a whole character, its extension kept', async (t) => {
  t.equal(displayName(`${'a'.repeat(300)}.jpeg`, ''), `${'a'.repeat(250)}.jpeg`)
  const cut = displayName(`${'😀'.repeat(100)}.png`, '')
  t.equal(cut, `${'😀'.repeat(62)}.png`)
  t.equal(displayName('ß'.repeat(300), ''), 'ß'.repeat(127))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const shown = displayName(name, 'file')
      return Buffer.byteLength(shown) <= 255 && shown.length > 0 && !/[\p{Cc}/\\\u202e]/u.test(shown)
    }),
  )
})

t.test('the extension is that of the name as it is shown', async (t) => {
  const names = {
    'Photo.v2.JPG ': 'jpg',
    blob: '',
    'image.': '',
    'a.pdf\u200b': 'pdf',
    'a.p\0df': 'pdf',
    'Foto 3.8.2026': '2026',
    '...': '',
  }
  for (const [name, extension] of Object.entries(names)) t.equal(extensionOf(name), extension, name)
})
