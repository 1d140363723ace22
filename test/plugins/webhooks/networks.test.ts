import t from 'tap'
import { createNetworks } from '../../../plugins/webhooks/networks.js'
import { startNameServer } from '../../support/webhooks.js'

t.test('only public addresses are allowed', (t) => {
  const { isAllowed } = createNetworks([])
  for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001:82b::200e']) {
    t.ok(isAllowed(address), address)
  }
  const refused = {
    'this host': ['0.0.0.0', '::'],
    loopback: ['127.0.0.1', '127.255.255.254', '::1'],
    private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
    'link-local, metadata services': ['169.254.169.254', 'fe80::1', 'fd00:ec2::254', '168.63.129.16'],
    'carrier-grade NAT': ['100.64.0.1', '100.100.100.200', '100.127.255.254'],
    multicast: ['224.0.0.1', '239.255.255.250', 'ff02::1', '255.255.255.255'],
    'IPv4 in IPv6': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    translated: ['64:ff9b::7f00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001:0:7f00:1::'],
    reserved: [
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '240.0.0.1',
      '2001:db8::1',
      '100::1',
    ],
    unassigned: ['4000::1', '::2', '5f00::1'],
  }
  for (const [name, addresses] of Object.entries(refused)) {
    for (const address of addresses) t.notOk(isAllowed(address), `${name}: ${address}`)
  }
  t.end()
})

t.test('the operator allows networks and addresses', (t) => {
  const { isAllowed } = createNetworks(['10.20.0.0/16', '127.0.0.1', '::1', 'fd00::/8'])
  for (const address of ['10.20.3.4', '127.0.0.1', '::ffff:127.0.0.1', '::1', 'fd12::1', '8.8.8.8']) {
    t.ok(isAllowed(address), address)
  }
  for (const address of ['10.21.0.1', '127.0.0.2', '::2', 'fc00::1']) t.notOk(isAllowed(address), address)
  t.end()
})

t.test('the addresses of a host are those of DNS', async (t) => {
  const nameServer = await startNameServer(t, (name) => {
    if (name === 'two.example.com') return ['192.0.2.1', '192.0.2.2']
    return name === 'empty.example.com' ? [] : null
  })
  const { addressesOf } = createNetworks([], [nameServer])
  t.strictSame(await addressesOf('two.example.com'), [
    { address: '192.0.2.1', family: 4 },
    { address: '192.0.2.2', family: 4 },
  ])
  await t.rejects(addressesOf('none.example.com'), { code: 'ENOTFOUND' })
  await t.rejects(addressesOf('empty.example.com'), { code: 'ENODATA' })
  t.strictSame(await addressesOf('[2001:db8::1]'), [{ address: '2001:db8::1', family: 6 }])
  t.strictSame(await addressesOf('192.0.2.7'), [{ address: '192.0.2.7', family: 4 }])
  for (const name of ['localhost', 'localhost.', 'app.localhost']) {
    t.strictSame(await addressesOf(name), [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ])
  }
})
