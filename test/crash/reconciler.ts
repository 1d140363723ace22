import { openWithFiles } from '../../commands/open.js'
import { reconcile } from '../../plugins/assets/reconcile/index.js'
import { loadSettings } from '../../plugins/config/index.js'

/** Runs a reconciler whose clock is ahead by the given number of milliseconds. */
const app = await openWithFiles(loadSettings())
app.now = () => new Date(Date.now() + Number(process.argv[2]))
process.stdout.write('begun\n')
await reconcile(app, {
  dryRun: false,
  force: true,
  signal: new AbortController().signal,
  tell: (finding) => process.stdout.write(`found ${finding}\n`),
})
await app.close()
