import t from 'tap'

// tap ends a process that services keep alive only if the root has a teardown
t.teardown(() => {})

/** Registers a teardown of the process; tap's own is that of one file if `runFiles` runs several. */
export const teardownOfProcess = t.teardown.bind(t)
