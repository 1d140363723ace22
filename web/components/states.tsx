import type { ComponentChildren } from 'preact'
import { useTexts } from '../texts/provider.js'
import { Button } from './button.js'
import { describeError } from './errors.js'
import { Icon, type IconName } from './icon.js'

/** Shown while something is loading: grey lines in place of `lines` rows. */
export function Loading({ lines = 3 }: { lines?: number }) {
  const texts = useTexts()
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{texts.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <i key={index} />
      ))}
    </div>
  )
}

/** Shown in place of an empty list. */
export const Empty = ({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <Icon name={icon} />
    <h2>{title}</h2>
    {children}
  </div>
)

/** Shown in place of what could not be loaded. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?(): void }) {
  const texts = useTexts()
  return (
    <div class="failure" role="alert">
      <Icon name="warning" />
      <p>{describeError(error, texts)}</p>
      {onRetry && (
        <Button icon="refresh" onClick={onRetry}>
          {texts.retry}
        </Button>
      )}
    </div>
  )
}

/** The loaded value, or why there is none yet. */
export function Loaded<T>({
  state,
  children,
  lines,
}: {
  state: { value: T | undefined; error: unknown; reload(): void }
  children(value: T): ComponentChildren
  lines?: number
}) {
  if (state.value !== undefined) return <>{children(state.value)}</>
  if (state.error !== undefined) return <Failure error={state.error} onRetry={state.reload} />
  return <Loading {...(lines && { lines })} />
}
