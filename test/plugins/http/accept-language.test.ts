import t from 'tap'
import { localeOf } from '../../../plugins/http/accept-language.js'

t.test('the language that the header prefers is chosen, English by default', async (t) => {
  const expected: [string | undefined, string][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    ['ja, fr;q=0.3, it;q=0.7', 'it'],
    ['fr, es', 'fr'],
    ['de;q=0', 'en'],
    ['de;q=0, fr;q=0.001', 'fr'],
    ['*', 'en'],
    ['*;q=0.5, es;q=0.2', 'en'],
    ['zh-Hant-TW , it ; q=0.5', 'it'],
    ['toString, __proto__, de;q=2, fr;q=1.5000', 'en'],
    [`${'x-'.repeat(5000)}x, es`, 'es'],
    ['de;q=0.5;q=1,,;,fr;q=0.1', 'fr'],
  ]
  for (const [header, locale] of expected) t.equal(localeOf(header), locale, `${header}`.slice(0, 60))
})
