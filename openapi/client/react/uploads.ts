import { newKey } from '../idempotency-key.js'
import type { Client, Input } from '../index.js'
import { type Asset, changesOf } from './assets.js'
import { sessionOf } from './session.js'
import { createState } from './state.js'

export interface Upload {
  /** Identifies the upload in its list, and is its `Idempotency-Key`: a repetition stores the file once. */
  id: string
  file: File
  status: 'waiting' | 'uploading' | 'done' | 'failed' | 'cancelled'
  /** The part of the request that was sent, from 0 to 1. After that the server still stores the file. */
  progress: number
  /** The stored file, when the status is `done`. */
  asset: Asset | undefined
  /** Why the status is `failed`. */
  error: unknown
}

export interface UploadsState {
  /** The files in the order in which they were added. */
  uploads: readonly Upload[]
}

export interface UploadsActions {
  /** Uploads files, each by a request of its own. */
  add(files: Iterable<File>, fields?: Omit<Input<'uploadAssets'>, 'file'>): void
  /** Cancels an upload. If the server had the whole file already, it may be stored nevertheless. */
  cancel(id: string): void
  /** Uploads a file again that was cancelled or failed. */
  retry(id: string): void
  /** Takes a file off the list, and cancels its upload if it is not done. */
  dismiss(id: string): void
}

export const NO_UPLOADS: UploadsState = { uploads: [] }

/** Uploads at the same time: more of them share one line, and each takes longer. */
const MOST = 3

/** Creates a list of uploads. They end when nobody subscribes any more, or when somebody else signs in. */
export function createUploads(client: Client) {
  const session = sessionOf(client)
  const changes = changesOf(client)
  const state = createState(NO_UPLOADS)
  const fieldsOf = new Map<string, Omit<Input<'uploadAssets'>, 'file'>>()
  const running = new Map<string, AbortController>()
  let owner: string | undefined

  const all = () => state.getSnapshot().uploads
  const find = (id: string) => all().find((upload) => upload.id === id)
  const change = (id: string, changed: Partial<Upload>) =>
    state.set({ uploads: all().map((upload) => (upload.id === id ? { ...upload, ...changed } : upload)) })

  async function send({ id, file }: Upload) {
    const controller = new AbortController()
    const { signal } = controller
    running.set(id, controller)
    change(id, { status: 'uploading', progress: 0, error: undefined })
    try {
      const { items } = await client.uploadAssets(
        { ...fieldsOf.get(id), file: [file] },
        { signal, idempotencyKey: id, onProgress: ({ loaded, total }) => change(id, { progress: loaded / total }) },
      )
      change(id, { status: 'done', progress: 1, asset: items[0] })
    } catch (error) {
      change(id, signal.aborted ? { status: 'cancelled' } : { status: 'failed', error })
    }
    running.delete(id)
    next()
  }

  function next() {
    const waiting = all().filter(({ status }) => status === 'waiting')
    for (const upload of waiting.slice(0, MOST - running.size)) void send(upload)
    // once for all files, so that the lists are not loaded again for each
    const isStored = all().some(({ status }) => status === 'done')
    if (running.size === 0 && isStored) changes.set({ additions: changes.getSnapshot().additions + 1 })
  }

  const actions: UploadsActions = {
    add(files, fields = {}) {
      const added = [...files].map((file): Upload => {
        const id = newKey()
        fieldsOf.set(id, fields)
        return { id, file, status: 'waiting', progress: 0, asset: undefined, error: undefined }
      })
      state.set({ uploads: [...all(), ...added] })
      next()
    },
    cancel(id) {
      if (find(id)?.status === 'waiting') change(id, { status: 'cancelled' })
      running.get(id)?.abort()
    },
    retry(id) {
      const { status } = find(id) ?? {}
      if (status !== 'failed' && status !== 'cancelled') return
      change(id, { status: 'waiting', progress: 0, error: undefined })
      next()
    },
    dismiss(id) {
      actions.cancel(id)
      state.set({ uploads: all().filter((upload) => upload.id !== id) })
      fieldsOf.delete(id)
    },
  }

  function followSession() {
    const user = session.getSnapshot().user?.id
    if (owner !== undefined && user !== owner) for (const { id } of all()) actions.dismiss(id)
    owner = user
  }

  return {
    actions,
    getSnapshot: state.getSnapshot,
    subscribe(listener: () => void): () => void {
      const stops = [state.subscribe(listener), session.subscribe(followSession)]
      followSession()
      return () => {
        for (const stop of stops) stop()
        for (const { id } of all()) actions.cancel(id)
      }
    },
  }
}
