import type { User } from '@coffer/client'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { signOut } from '../session/client.js'
import { at, settings } from '../settings.js'
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../texts/language.js'
import { useLanguage, useTexts } from '../texts/provider.js'
import { chooseTheme, THEMES, type Theme, themeOf } from '../theme.js'
import { Button } from './button.js'
import { Dialog, useTitle } from './dialog.js'
import { Choice } from './fields.js'
import { Icon, type IconName } from './icon.js'
import { useToasts } from './toast.js'

/** The logo of the operator, or the mark of Coffer, and the name. */
export const Brand = ({ href = at('/') }: { href?: string }) => (
  <a class="brand" href={href}>
    {settings.brand.logo ? (
      <img src={settings.brand.logo} alt="" height="32" />
    ) : (
      <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
        <path class="top" d="M4 4h24l-6 6H10z" />
        <path class="right" d="M28 4v24l-6-6V10z" />
        <path class="bottom" d="M28 28H4l6-6h12z" />
        <path class="left" d="M4 28V4l6 6v12z" />
        <circle cx="16" cy="16" r="3.2" />
      </svg>
    )}
    <span>{settings.brand.name}</span>
  </a>
)

/** The choice of the language and of the appearance. */
export function Preferences() {
  const texts = useTexts()
  const { language, choose } = useLanguage()
  const [theme, setTheme] = useState(themeOf)
  return (
    <div class="preferences">
      <Choice
        label={texts.language}
        isLabelHidden
        value={language}
        options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        onChoose={(value) => choose(value as Language)}
      />
      <Choice
        label={texts.theme.label}
        isLabelHidden
        value={theme}
        options={THEMES.map((value) => ({ value, label: texts.theme[value] }))}
        onChoose={(value) => {
          setTheme(value as Theme)
          chooseTheme(value as Theme)
        }}
      />
    </div>
  )
}

export function PageFooter() {
  const texts = useTexts()
  return (
    <footer class="page-footer">
      <Preferences />
      <p>
        {settings.supportEmail && (
          <span>
            {texts.support} <a href={`mailto:${settings.supportEmail}`}>{settings.supportEmail}</a>
          </span>
        )}
        {settings.docs && <a href={at('/docs')}>{texts.docs}</a>}
        {settings.mailbox && <a href={settings.mailbox}>{texts.mailbox}</a>}
      </p>
    </footer>
  )
}

export interface NavItem {
  /** The path, without the prefix of a proxy. */
  path: string
  label: string
  icon: IconName
  /** True if the paths below it belong to other items. */
  isExact?: boolean
}

interface ShellProps {
  /** The name of the part, in the title of the page. */
  nav: NavItem[]
  user: User
  /** A link to the other part, if the user may use it. */
  other?: { href: string; label: string; icon: IconName }
  children: ComponentChildren
}

/** The frame of the pages of somebody who is signed in. */
export function Shell({ nav, user, other, children }: ShellProps) {
  const texts = useTexts()
  const { path } = useLocation()
  const [isMenuOpen, setMenuOpen] = useState(false)
  useEffect(() => setMenuOpen(false), [path])
  const links = (
    <nav aria-label={texts.mainMenu}>
      <ul>
        {nav.map((item) => (
          <li key={item.path}>
            <NavLink {...item} isCurrent={item.isExact ? path === at(item.path) : isBelow(path, at(item.path))} />
          </li>
        ))}
      </ul>
      {other && (
        <a class="nav-link other" href={other.href}>
          <Icon name={other.icon} />
          <span>{other.label}</span>
        </a>
      )}
    </nav>
  )
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {texts.skip}
      </a>
      <aside class="side">
        <Brand href={at(nav[0]?.path ?? '/')} />
        {links}
        <Person user={user} />
      </aside>
      <header class="bar">
        <Brand href={at(nav[0]?.path ?? '/')} />
        <Button
          kind="quiet"
          icon="menu"
          aria-label={texts.menu}
          aria-haspopup="dialog"
          onClick={() => setMenuOpen(true)}
        />
      </header>
      {isMenuOpen && (
        <Dialog title={texts.menu} kind="drawer" onClose={() => setMenuOpen(false)}>
          {links}
          <Person user={user} />
          <Preferences />
        </Dialog>
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <PageFooter />
    </div>
  )
}

const isBelow = (path: string, parent: string) => path === parent || path.startsWith(`${parent}/`)

const NavLink = ({ path, label, icon, isCurrent }: NavItem & { isCurrent: boolean }) => (
  <a class="nav-link" href={at(path)} aria-current={isCurrent ? 'page' : undefined}>
    <Icon name={icon} />
    <span>{label}</span>
  </a>
)

/** The menu of the person who is signed in. */
function Person({ user }: { user: User }) {
  const texts = useTexts()
  const toasts = useToasts()
  const [isBusy, setBusy] = useState(false)
  const { path, route } = useLocation()
  async function leave() {
    setBusy(true)
    try {
      await signOut()
      route(at(isBelow(path, at('/console')) ? '/console' : '/'), true)
    } catch (error) {
      toasts.fail(error)
      setBusy(false)
    }
  }
  return (
    <div class="person">
      <Avatar user={user} />
      <p>
        <b>{user.name}</b>
        <small>{user.email}</small>
      </p>
      <Button
        kind="quiet"
        icon="signOut"
        aria-label={texts.signOut}
        title={texts.signOut}
        busy={isBusy}
        onClick={leave}
      />
    </div>
  )
}

/** The picture of somebody, or the first letters of the name. */
export const Avatar = ({
  user,
  size = 'small',
}: {
  user: Pick<User, 'name' | 'avatarUrl'>
  size?: 'small' | 'large'
}) =>
  user.avatarUrl ? (
    <img class={`avatar ${size}`} src={user.avatarUrl} alt="" />
  ) : (
    <span class={`avatar ${size}`} aria-hidden="true">
      {user.name
        .split(/\s+/)
        .map(([first = '']) => first)
        .slice(0, 2)
        .join('')
        .toUpperCase()}
    </span>
  )

interface PageProps {
  title: string
  lead?: ComponentChildren
  /** The list that the page belongs to. */
  parent?: { href: string; label: string }
  /** The main actions of the page. */
  actions?: ComponentChildren
  children: ComponentChildren
}

/** One page: its title, which gets the focus when the page opens, and its content. */
export function Page({ title, lead, parent, actions, children }: PageProps) {
  useTitle(title, settings.brand.name)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // a page that was opened by a link inside the app is announced; the first page of a load is read from its start anyway
    if (hasMoved) heading.current?.focus({ preventScroll: true })
    hasMoved = true
  }, [])
  return (
    <div class="page">
      <header class="page-head">
        <div>
          {parent && (
            <a class="parent" href={parent.href}>
              <span aria-hidden="true">←</span> {parent.label}
            </a>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

let hasMoved = false

/** A part of a page under a heading. */
export const Section = ({
  title,
  lead,
  actions,
  isBeside = false,
  children,
}: {
  title: string
  lead?: ComponentChildren
  actions?: ComponentChildren
  /** True if the heading stands beside the content on a wide screen. */
  isBeside?: boolean
  children?: ComponentChildren
}) => (
  <section class={`section ${isBeside ? 'beside' : ''}`} aria-label={title}>
    <header>
      <div>
        <h2>{title}</h2>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {actions && <div class="actions">{actions}</div>}
    </header>
    {children}
  </section>
)
