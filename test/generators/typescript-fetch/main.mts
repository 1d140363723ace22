import { email, mailedCode, password, picture, url } from '../environment.mjs'
import { AssetsApi, Configuration, type ResponseError, SignInApi } from './client/index'

const signIn = new SignInApi(new Configuration({ basePath: url }))
const { challengeId } = await signIn.login({ loginRequest: { email, password } })
const code = await mailedCode()
const { accessToken } = await signIn.verifyLogin({ verifyLoginRequest: { challengeId, code, delivery: 'body' } })

const assets = new AssetsApi(new Configuration({ basePath: url, accessToken }))
const { items } = await assets.uploadAssets({
  tags: ['black', 'square'],
  file: [picture('1.png'), picture('2.png')],
})
console.log('tags', JSON.stringify(items.map(({ tags }) => tags)))

let pages = 0
let bytes = 0
let cursor: string | undefined
do {
  const page = await assets.listAssets({ limit: 2, sort: 'filename', cursor })
  pages += 1
  bytes = page.items.at(-1)?.bytes ?? 0
  cursor = page.nextCursor ?? undefined
} while (cursor)
console.log('pages', pages, 'bytes', bytes)

try {
  await assets.getAsset({ assetId: 'nothing' })
} catch (error) {
  const { response } = error as ResponseError
  console.log(response.status, (await response.json()).code)
}
