import type { ComponentChildren, ComponentProps } from 'preact'
import { Icon, type IconName } from './icon.js'

interface ButtonProps extends Omit<ComponentProps<'button'>, 'icon' | 'size'> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
  icon?: IconName
  /** True while what the button began is running. */
  busy?: boolean
  children?: ComponentChildren
}

/** A button. With only an icon it needs `aria-label`. */
export function Button({ kind = 'plain', icon, busy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}${children ? '' : ' bare'}${busy ? ' busy' : ''} ${rest.class ?? ''}`}
      aria-busy={busy}
      // a busy button stays focusable, so that the focus is not lost
      onClick={(event) => !busy && rest.onClick?.(event)}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  )
}

/** A link that looks like a button. */
export const ButtonLink = ({
  kind = 'plain',
  icon,
  children,
  ...rest
}: ComponentProps<'a'> & Pick<ButtonProps, 'kind' | 'icon'>) => (
  <a {...rest} class={`button ${kind} ${rest.class ?? ''}`}>
    {icon && <Icon name={icon} />}
    <span>{children}</span>
  </a>
)
