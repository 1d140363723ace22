import { StrictMode, useState } from 'react'
import { CofferProvider, useAssets, useCoffer, useSession, useUpload } from '../../../openapi/client/react/index.ts'

function Who() {
  const { status, user, logout } = useSession()
  return (
    <header>
      <p id="who">{status === 'signed-in' ? user.name : status}</p>
      {user && (
        <button type="button" onClick={logout}>
          Sign out
        </button>
      )}
      {user && <Rename />}
    </header>
  )
}

function Rename() {
  const coffer = useCoffer()
  return (
    <button type="button" onClick={() => coffer.updateProfile({ name: 'Countess' })}>
      Rename
    </button>
  )
}

function Files() {
  const [tag, setTag] = useState('sea')
  const { items, total, isLoading, hasMore, loadMore, remove } = useAssets({
    tag,
    limit: 2,
    sort: 'filename',
    total: true,
  })
  return (
    <section>
      <button type="button" onClick={() => setTag('sun')}>
        Sun
      </button>
      <p id="total">{isLoading ? 'loading' : total}</p>
      <ul>
        {items.map(({ id, filename }) => (
          <li key={id}>
            {filename}{' '}
            <button type="button" onClick={() => remove(id).catch(() => {})}>
              Delete {filename}
            </button>
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" onClick={loadMore}>
          More
        </button>
      )}
    </section>
  )
}

function Uploads() {
  const { uploads, add, cancel, retry } = useUpload()
  return (
    <section>
      <input
        type="file"
        multiple
        onChange={({ target }) => add(target.files, { tags: ['sea'], visibility: 'public' })}
      />
      <ol>
        {uploads.map(({ id, file, status, progress }) => (
          <li key={id}>
            {file.name}: {status}
            <progress value={progress} />
            <button type="button" onClick={() => cancel(id)}>
              Cancel {file.name}
            </button>
            <button type="button" onClick={() => retry(id)}>
              Retry {file.name}
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** A page with two components for each hook. */
export function Page({ client }) {
  return (
    <StrictMode>
      <CofferProvider client={client}>
        <Who />
        <Who />
        <Files />
        <Uploads />
      </CofferProvider>
    </StrictMode>
  )
}
