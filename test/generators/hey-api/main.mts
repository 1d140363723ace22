import { email, mailedCode, password, picture, url } from '../environment.mjs'
import { client } from './client/client.gen'
import { getAsset, listAssets, login, uploadAssets, verifyLogin } from './client/sdk.gen'

client.setConfig({ baseUrl: url })
const challenge = await login({ body: { email, password }, throwOnError: true })
const { challengeId } = challenge.data
const code = await mailedCode()
const tokens = await verifyLogin({ body: { challengeId, code, delivery: 'body' }, throwOnError: true })
client.setConfig({ auth: () => tokens.data.accessToken })

const uploaded = await uploadAssets({
  body: { tags: ['black', 'square'], file: [picture('1.png'), picture('2.png')] },
  throwOnError: true,
})
console.log('tags', JSON.stringify(uploaded.data.items.map(({ tags }) => tags)))

let pages = 0
let bytes = 0
let cursor: string | undefined
do {
  const query = { limit: 2, sort: 'filename' as const, cursor }
  const { data: page } = await listAssets({ query, throwOnError: true })
  pages += 1
  bytes = page.items.at(-1)?.bytes ?? 0
  cursor = page.nextCursor ?? undefined
} while (cursor)
console.log('pages', pages, 'bytes', bytes)

const { response, error } = await getAsset({ path: { assetId: 'nothing' } })
console.log(response?.status, error?.code)
