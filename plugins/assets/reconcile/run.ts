import type { Config } from '../../config/index.js'
import { limitsOf } from '../../http/limits.js'

/** Minimum age of unfinished work before it's touched. */
export const GRACE = 15 * 60_000
const STORE_TIME = 15_000

/**
 * Age in milliseconds after which unfinished work may be touched; long enough for the slowest legitimate upload.
 * Correctness doesn't depend on it: a late writer loses its compare-and-set.
 */
export function graceOf(config: Config): number {
  const { requestTimeout } = limitsOf(config)
  const stored = STORE_TIME + (1000 * config.UPLOAD_MAX_BYTES) / 2 ** 20
  return Math.max(GRACE, requestTimeout + stored)
}

/** Every finding with its log level and text. */
export const FINDINGS = {
  'upload-finished': ['warn', 'finished an upload that was committed'],
  'upload-given-up': ['info', 'erased an upload that was not committed'],
  'deletion-finished': ['info', 'finished a deletion'],
  'placeholder-removed': ['info', 'removed the placeholders of blocked uploads'],
  'reservation-released': ['warn', 'released a reservation without a file'],
  'refund-forgotten': ['info', 'forgot the refund of an erased file'],
  'usage-corrected': ['warn', 'corrected the usage of an account'],
  'avatar-unset': ['warn', 'unset an avatar that no longer exists'],
  'row-removed': ['warn', 'removed a file without an owner'],
  'file-destroyed': ['warn', 'destroyed a stored file without a row'],
  'file-missing': ['error', 'the store has lost a file; its row stays'],
  'store-failed': ['error', 'the store failed to destroy files'],
  stopped: ['error', 'stopped before any change: too many files would be destroyed'],
} as const satisfies Record<string, readonly ['info' | 'warn' | 'error', string]>
export type Finding = keyof typeof FINDINGS

export interface Run {
  /** Reports the changes without making them. */
  dryRun: boolean
  /** Lifts the limit on the number of files to destroy. */
  force: boolean
  signal: AbortSignal
  tell(finding: Finding, details: Record<string, unknown>): void
}
