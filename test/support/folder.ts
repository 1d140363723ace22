import { mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const NEEDED_BYTES = 2 ** 30

/** Returns true if files fit into memory; Docker's default of 64 MiB is too little. */
function hasMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= NEEDED_BYTES
  } catch {
    return false
  }
}

const root = hasMemory() ? MEMORY : tmpdir()

/** Creates an empty folder, in memory if the system has a file system for that. Its path is short enough for a socket. */
export const makeFolder = () => mkdtempSync(join(root, 'coffer-test-'))
