import type { Config } from '../../config/index.js'
import { limitsOf } from '../../http/limits.js'

/** What was begun is left alone for at least so long. */
export const GRACE = 15 * 60_000
const STORE_TIME = 15_000

/**
 * How long what was begun is left alone, in milliseconds: until no honest upload can still be on its way. Nothing rests on it but peace:
 * whoever wakes up later loses by compare-and-set.
 */
export function graceOf(config: Config): number {
  const { requestTimeout } = limitsOf(config)
  const stored = STORE_TIME + (1000 * config.UPLOAD_MAX_BYTES) / 2 ** 20
  return Math.max(GRACE, requestTimeout + stored)
}

/** What is found, how loudly it's told, and in which words. */
export const FINDINGS = {
  'upload-finished': ['warn', 'finished an upload that was committed'],
  'upload-given-up': ['info', 'gave up an upload that was not committed'],
  'deletion-finished': ['info', 'finished a deletion'],
  'placeholder-removed': ['info', 'removed the placeholders of uploads that never began'],
  'reservation-released': ['warn', 'gave back room that was set aside for nothing'],
  'refund-forgotten': ['info', 'forgot the refund of a file that is gone'],
  'usage-corrected': ['warn', 'corrected what an account is counted with'],
  'avatar-unset': ['warn', 'unset an avatar that is gone'],
  'row-removed': ['warn', 'removed a file that belongs to nobody'],
  'file-destroyed': ['warn', 'destroyed a file that no row names'],
  'file-missing': ['error', 'the store has lost a file; its row stays'],
  'store-failed': ['error', 'the store kept files that were to go'],
  stopped: ['error', 'stopped before any change: too many files would go'],
} as const satisfies Record<string, readonly ['info' | 'warn' | 'error', string]>
export type Finding = keyof typeof FINDINGS

export interface Run {
  /** Nothing is changed; what would be is told. */
  dryRun: boolean
  /** However many files go. */
  force: boolean
  signal: AbortSignal
  tell(finding: Finding, details: Record<string, unknown>): void
}
