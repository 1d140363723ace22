import { createRequire } from 'node:module'
import t from 'tap'

// tap loads its module loader into every process that a test starts, which doubles the time of that start, and fails for TypeScript's `tsc`
createRequire(import.meta.url)('process-on-spawn').removeAllListeners()
delete process.env.NODE_OPTIONS

// tap ends a process that services keep alive only if the root has a teardown
t.teardown(() => {})

/** Registers a teardown of the process; tap's own is that of one file if a worker runs several. */
export const teardownOfProcess = t.teardown.bind(t)
