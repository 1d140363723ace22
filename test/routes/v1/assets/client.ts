import { createHash } from 'node:crypto'
import type { Test } from 'tap'
import type { AssetDocument } from '../../../../models/asset.js'
import { build, type BuildOptions, login, type TestApp } from '../../../helper.js'
import { picture } from '../../../plugins/storage/samples.js'
import { control } from '../../../plugins/storage/store.js'

export interface Part {
  name?: string
  filename?: string
  type?: string
  content: Buffer | string
}

/** An app that listens, a signed-in user, and what a test needs to look behind it. */
export async function start(t: Test, options: BuildOptions = {}) {
  const test = await build(t, options)
  const base = await test.app.listen({ port: 0, host: '127.0.0.1' })
  const { uploadPrefix } = test.app.storageAccount()
  return { ...test, base, user: await login(test), ...control(uploadPrefix) }
}
