import t from 'tap'
import { isOriginOf, relyingPartyIdOf, relyingPartyOf } from '../../../plugins/auth/relying-party.js'

t.test('the domain of the passkeys is the registrable one of the API, or its host', async (t) => {
  const ids = {
    'http://localhost:3000': 'localhost',
    'https://api.example.com': 'example.com',
    'https://example.com/coffer': 'example.com',
    'https://a.b.example.co.uk:8443': 'example.co.uk',
    // a suffix under which strangers have their sites
    'https://coffer.fly.dev': 'coffer.fly.dev',
    'https://api.coffer.fly.dev': 'coffer.fly.dev',
    'https://coffer.intern.corp': 'intern.corp',
    'https://coffer': 'coffer',
    'http://192.0.2.1:3000': '192.0.2.1',
  }
  for (const [url, id] of Object.entries(ids)) t.equal(relyingPartyIdOf(url), id, url)
})

t.test('an origin is that of the domain or below it, by https or on this machine', async (t) => {
  const is = ['https://example.com', 'https://app.example.com', 'https://a.b.example.com:8443']
  const isNot = [
    'http://app.example.com',
    'https://example.com.evil.net',
    'https://badexample.com',
    'https://example.org',
    'capacitor://example.com',
  ]
  for (const origin of is) t.ok(isOriginOf('example.com', origin), origin)
  for (const origin of isNot) t.notOk(isOriginOf('example.com', origin), origin)
  for (const origin of ['http://localhost:5173', 'http://app.localhost', 'https://localhost']) {
    t.ok(isOriginOf('localhost', origin), origin)
  }
  t.notOk(isOriginOf('localhost', 'capacitor://localhost'))
})

t.test('the configuration alone says whose answers are accepted', async (t) => {
  const android = `android:apk-key-hash:${'a'.repeat(43)}`
  const party = relyingPartyOf({
    PUBLIC_URL: 'https://api.example.com/coffer',
    CORS_ORIGINS: ['https://app.example.com', 'https://partner.test', 'capacitor://localhost', 'http://localhost:5173'],
    PASSKEY_ORIGINS: [android, 'https://example.com', 'https://app.example.com'],
  })
  t.same(party, {
    id: 'example.com',
    origins: ['https://api.example.com', 'https://app.example.com', android, 'https://example.com'],
  })
})
