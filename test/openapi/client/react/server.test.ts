import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import t from 'tap'
import { createClient } from '../../../../openapi/client/index.js'
import { CofferProvider, useAssets, useCoffer, useSession, useUpload } from '../../../../openapi/client/react/index.js'
import { watch } from '../helper.js'

function Page() {
  const { status, user } = useSession()
  const { items, isLoading } = useAssets({ tag: 'sea' })
  const { uploads } = useUpload()
  return createElement('p', {}, JSON.stringify({ status, user, items, isLoading, uploads, hasClient: !!useCoffer() }))
}

t.test('a server renders what is known without a session, and sends nothing', async (t) => {
  const { fetch, sent } = watch()
  // as a client component does, which knows the API by a path of its own host
  const client = createClient({ baseUrl: '/api', fetch })
  const render = () => renderToString(createElement(CofferProvider, { client }, createElement(Page)))
  const html = render().replaceAll('&quot;', '"')
  t.equal(html, '<p>{"status":"loading","items":[],"isLoading":true,"uploads":[],"hasClient":true}</p>')
  t.equal(render().replaceAll('&quot;', '"'), html)
  t.strictSame(sent, [])
  await t.rejects(client.getLiveness(), { name: 'TypeError' })
})

t.test('a hook without a provider says what is missing', async (t) => {
  t.throws(() => renderToString(createElement(Page)), { message: /no CofferProvider/ })
})
