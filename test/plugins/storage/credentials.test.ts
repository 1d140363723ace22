import t from 'tap'
import { parseCredentials } from '../../../plugins/storage/credentials.js'

t.test('the account is read as the SDK reads it', async (t) => {
  t.match(parseCredentials('cloudinary://123:a-b_C@Demo'), {
    cloudName: 'Demo',
    apiKey: '123',
    apiSecret: 'a-b_C',
    uploadPrefix: 'https://api.cloudinary.com',
  })
  t.match(parseCredentials('cloudinary://1:2@demo?upload_prefix=https%3A%2F%2Fapi-eu.cloudinary.com%2F'), {
    uploadPrefix: 'https://api-eu.cloudinary.com',
  })
})

t.test('only URLs of the account are its own', async (t) => {
  const { owns } = parseCredentials('cloudinary://1:2@demo')
  t.ok(owns('https://res.cloudinary.com/demo/image/upload/a.png'))
  t.ok(owns('https://demo-res.cloudinary.com/image/upload/a.png'))
  for (const foreign of [
    'https://res.cloudinary.com/other/image/upload/a.png',
    'https://res.cloudinary.com/demolition/a.png',
    'http://res.cloudinary.com/demo/a.png',
    'https://res.cloudinary.com.example.net/demo/a.png',
    'https://example.net/https://res.cloudinary.com/demo/a.png',
    'javascript:alert(1)',
    '/demo/a.png',
  ]) {
    t.notOk(owns(foreign), foreign)
  }
})

t.test('own delivery hosts and the host of upload_prefix count as the account', async (t) => {
  t.ok(parseCredentials('cloudinary://1:2@demo/cdn.example.com').owns('https://cdn.example.com/image/upload/a'))
  const { owns } = parseCredentials(
    'cloudinary://1:2@demo?cname=c.example.com&secure_distribution=d.example.com&upload_prefix=http%3A%2F%2Flocalhost%3A3001%2Fcloudinary',
  )
  t.ok(owns('https://c.example.com/a'))
  t.ok(owns('https://d.example.com/a'))
  t.ok(owns('http://localhost:3001/cloudinary/a'))
  t.ok(owns('http://127.0.0.1:3001/cloudinary/a'), 'however this machine is called')
  t.notOk(owns('http://localhost:3002/cloudinary/a'))
  t.notOk(owns('http://localhost.example.net:3001/cloudinary/a'))
})
