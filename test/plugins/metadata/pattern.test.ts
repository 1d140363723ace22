import t from 'tap'
import { excessOf } from '../../../plugins/metadata/pattern.js'

t.test('patterns that match in little time are accepted', async (t) => {
  for (const pattern of [
    '^',
    '^[a-z]+$',
    '^\\+[1-9]\\d{1,14}$',
    '^[A-Z]{2}-\\d{3,6}$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^(?:free|pro|team)-[0-9a-f]+$',
    '^(a|b)(c|d)$',
    '^[^\\]*+?(){}|]*$',
    '^\\(\\)\\|\\*$',
    '^a*?b+?c{1,5}?$',
    '^{}',
  ]) {
    t.equal(excessOf(pattern), undefined, pattern)
  }
})

t.test('patterns that could take long are refused, with the reason', async (t) => {
  const refused: [string, RegExp][] = [
    ['[a-z]+', /begin with \^/],
    ['^(a+)+$', /repeat a group/],
    ['^(?:a|aa)*$', /repeat a group/],
    ['^(a){2}$', /repeat a group/],
    ['^a*a*a*a*b$', /at most 3 variable/],
    ['^a?a?a?a?aaaa$', /at most 3 variable/],
    ['^a{257}$', /more than 256/],
    ['^a{0,1000}$', /more than 256/],
    ['^a|b$', /must be in a group/],
    [`^${'(a|a)'.repeat(5)}$`, /at most 16/],
    ['^(?=a)a$', /look around/],
    ['^(?<name>a)$', /look around/],
    ['^(a)\\1$', /refer back/],
    ['^\\k<a>$', /refer back/],
  ]
  for (const [pattern, reason] of refused) t.match(excessOf(pattern), reason, pattern)
})

t.test('the worst of the accepted patterns matches the longest text in little time', async (t) => {
  const text = 'a'.repeat(256)
  for (const pattern of ['^a*a*a*b$', '^(?:a|a)(?:a|a)(?:a|a)(?:a|a)a*a*a*b$', '^\\w+\\w+\\w+!$']) {
    t.equal(excessOf(pattern), undefined)
    const started = process.cpuUsage()
    t.notOk(new RegExp(pattern, 'u').test(text))
    t.ok(process.cpuUsage(started).user < 2_000_000, pattern)
  }
})
