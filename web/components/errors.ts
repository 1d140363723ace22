import { ApiError, CofferError } from '@coffer/client'
import { isDismissed } from '../session/passkey.js'
import { StepUpCancelled } from '../session/step-up-cancelled.js'
import type { CommonTexts } from '../texts/en.js'

/** Writes a number of seconds in words. */
export const waitIn = (texts: CommonTexts, seconds: number) =>
  seconds < 90 ? texts.seconds(seconds) : texts.minutes(Math.ceil(seconds / 60))

/** Says what went wrong in the language of the page. */
export function describeError(error: unknown, texts: CommonTexts): string {
  if (error instanceof StepUpCancelled) return texts.stepUp.cancelled
  if (isDismissed(error)) return texts.errors.PASSKEY_DISMISSED as string
  if (!(error instanceof CofferError)) return texts.otherError(error instanceof Error ? error.message : String(error))
  const text = texts.errors[error.code] ?? texts.otherError(error.message)
  if (!(error instanceof ApiError)) return text
  if (error.retryAfter !== undefined) return `${text} ${texts.retryIn(waitIn(texts, error.retryAfter))}`
  return error.status >= 500 && error.requestId ? `${text} (${texts.requestId(error.requestId)})` : text
}

/** Returns the texts of the invalid values by the names of their fields. */
export function fieldErrors(error: unknown, texts: CommonTexts): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  const found: Record<string, string> = {}
  for (const { pointer, code } of error.errors) {
    const name = pointer.split('/')[1] ?? ''
    const rule = name === 'email' ? 'email' : code
    found[name] ??= texts.invalid[rule as keyof CommonTexts['invalid']] ?? texts.invalid.other
  }
  if (error.code === 'PASSWORD_TOO_WEAK') {
    const text = texts.errors.PASSWORD_TOO_WEAK as string
    found.password = text
    found.newPassword = text
  }
  return found
}
