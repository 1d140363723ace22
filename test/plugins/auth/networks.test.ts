import t from 'tap'
import { Problem } from '../../../openapi/errors.js'
import { isInNetworks, toNetworks } from '../../../plugins/auth/networks.js'

t.test('addresses and networks are kept in one form', async (t) => {
  const forms = {
    '203.0.113.7': '203.0.113.7/32',
    '203.0.113.7/24': '203.0.113.0/24',
    '0.0.0.0/0': '0.0.0.0/0',
    '2001:DB8::1': '2001:db8::1/128',
    '2001:db8:0:0::1/32': '2001:db8::/32',
    '::ffff:203.0.113.7': '203.0.113.7/32',
  }
  t.strictSame(toNetworks(Object.keys(forms)), [...new Set(Object.values(forms))])
})

t.test('what is neither an address nor a network is refused with its place', async (t) => {
  const entries = [
    '',
    'x',
    '10',
    '10.1',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::1/129',
    '012.0.0.1',
    'fe80::1%eth0',
    '*',
  ]
  for (const entry of entries) {
    try {
      toNetworks(['10.0.0.0/8', entry])
      t.fail(entry)
    } catch (error) {
      t.match((error as Problem).errors, [{ pointer: '/allowedNetworks/1', code: 'format' }], entry)
      t.ok(error instanceof Problem)
    }
  }
})

t.test('an address is in a network of its own kind, also if it is an IPv4 address in IPv6', async (t) => {
  const networks = toNetworks(['203.0.113.0/24', '2001:db8::/32'])
  for (const ip of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8:5::1']) t.ok(isInNetworks(ip, networks), ip)
  for (const ip of ['203.0.114.1', '::1', '2001:db9::1', '::ffff:10.0.0.1']) t.notOk(isInNetworks(ip, networks), ip)
  t.ok(isInNetworks('192.0.2.1', []), 'no network is named')
})
