import { useId, useRef, useState } from 'preact/hooks'
import { Button } from './button.js'
import { Icon, type IconName } from './icon.js'

export interface MenuItem {
  label: string
  icon?: IconName
  isDangerous?: boolean
  act(): void
}

/** A button with a menu of actions (WAI-ARIA Authoring Practices, Menu Button). */
export function Menu({
  label,
  items,
  icon = 'more',
  isLabelShown = false,
}: {
  label: string
  items: MenuItem[]
  icon?: IconName
  isLabelShown?: boolean
}) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)

  const buttons = () => [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
  function toggle() {
    const menu = box.current
    const anchor = button.current?.getBoundingClientRect()
    if (!menu || !anchor) return
    if (isOpen) return menu.hidePopover()
    menu.showPopover()
    const { width, height } = menu.getBoundingClientRect()
    const isBelow = anchor.bottom + height < innerHeight
    menu.style.left = `${Math.max(8, Math.min(anchor.right - width, innerWidth - width - 8))}px`
    menu.style.top = `${isBelow ? anchor.bottom + 4 : anchor.top - height - 4}px`
    buttons()[0]?.focus()
  }
  function move(event: KeyboardEvent) {
    const all = buttons()
    const now = all.indexOf(document.activeElement as HTMLElement)
    const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    all[(next + all.length) % all.length]?.focus()
  }

  return (
    <div class="menu" ref={button}>
      <Button
        kind={isLabelShown ? 'plain' : 'quiet'}
        icon={icon}
        aria-label={isLabelShown ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={toggle}
      >
        {isLabelShown && label}
      </Button>
      <div
        id={id}
        ref={box}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        class="menu-items"
        onKeyDown={move}
        onToggle={(event) => {
          const isNowOpen = (event as unknown as ToggleEvent).newState === 'open'
          setOpen(isNowOpen)
          if (!isNowOpen && box.current?.contains(document.activeElement))
            button.current?.querySelector('button')?.focus()
        }}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={item.isDangerous ? 'danger' : ''}
            onClick={() => {
              box.current?.hidePopover()
              item.act()
            }}
          >
            {item.icon && <Icon name={item.icon} />}
            {item.label}
          </button>
        ))}
      </div>
    </div>
  )
}
