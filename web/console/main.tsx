import type { User } from '@coffer/client'
import { render } from 'preact'
import { LocationProvider, Route, Router } from 'preact-iso'
import '../styles/index.css'
import './console.css'
import { ButtonLink } from '../components/button.js'
import type { IconName } from '../components/icon.js'
import { type NavItem, Page, Shell } from '../components/shell.js'
import { Empty } from '../components/states.js'
import { Entrance } from '../session/entrance.js'
import { Gate, Providers } from '../session/gate.js'
import { PERMISSIONS, type Permission } from '../session/scopes.js'
import { at } from '../settings.js'
import { Audit } from './audit.js'
import { File } from './file.js'
import { Files } from './files.js'
import { Invitations } from './invitations.js'
import { Keys } from './keys.js'
import { Mails } from './mails.js'
import { Overview } from './overview.js'
import { People } from './people.js'
import { Person } from './person.js'
import { may, Viewer } from './rights.js'
import { ServiceAccount, ServiceAccounts } from './service-accounts.js'
import { catalogues, useTexts } from './texts.js'
import { WebhookPage } from './webhook.js'
import { Webhooks } from './webhooks.js'

/** The links that stay inside the app; the others load another page. */
const SCOPE = new RegExp(`^${at('/console')}(/.*)?([?#].*)?$`)

type Part = 'people' | 'invitations' | 'files' | 'services' | 'keys' | 'webhooks' | 'mails' | 'audit'

/** The parts, each with the permission that it needs. */
const PARTS: { name: Part; path: string; icon: IconName; permission: Permission }[] = [
  { name: 'people', path: '/console/people', icon: 'people', permission: 'users:read' },
  { name: 'invitations', path: '/console/invitations', icon: 'invite', permission: 'users:read' },
  { name: 'files', path: '/console/files', icon: 'files', permission: 'assets:read' },
  { name: 'services', path: '/console/service-accounts', icon: 'box', permission: 'keys:read' },
  { name: 'keys', path: '/console/keys', icon: 'key', permission: 'keys:read' },
  { name: 'webhooks', path: '/console/webhooks', icon: 'hook', permission: 'webhooks:read' },
  { name: 'mails', path: '/console/mails', icon: 'mail', permission: 'mails:read' },
  { name: 'audit', path: '/console/audit', icon: 'activity', permission: 'audit:read' },
]

function SignedIn({ user }: { user: User }) {
  const texts = useTexts()
  if (!PERMISSIONS.some((permission) => may(user, permission))) return <NoAccess />
  const nav: NavItem[] = [
    { path: '/console', label: texts.nav.overview, icon: 'chart', isExact: true },
    ...PARTS.filter(({ permission }) => may(user, permission)).map(({ name, path, icon }) => ({
      path,
      icon,
      label: texts.nav[name],
    })),
  ]
  return (
    <Viewer.Provider value={user}>
      <Shell nav={nav} user={user} other={{ href: at('/'), label: texts.account, icon: 'user' }}>
        <Router>
          <Route path={at('/console')} component={Overview} parts={nav} />
          <Route path={at('/console/people')} component={People} />
          <Route path={at('/console/people/:id')} component={Person} />
          <Route path={at('/console/invitations')} component={Invitations} />
          <Route path={at('/console/files')} component={Files} />
          <Route path={at('/console/files/:id')} component={File} />
          <Route path={at('/console/service-accounts')} component={ServiceAccounts} />
          <Route path={at('/console/service-accounts/:id')} component={ServiceAccount} />
          <Route path={at('/console/keys')} component={Keys} />
          <Route path={at('/console/webhooks')} component={Webhooks} />
          <Route path={at('/console/webhooks/:id')} component={WebhookPage} />
          <Route path={at('/console/mails')} component={Mails} />
          <Route path={at('/console/audit')} component={Audit} />
          <Route default component={NotFound} />
        </Router>
      </Shell>
    </Viewer.Provider>
  )
}

function NoAccess() {
  const { noAccess } = useTexts()
  return (
    <Entrance title={noAccess.title} lead={noAccess.text}>
      <ButtonLink kind="primary" href={at('/')}>
        {noAccess.home}
      </ButtonLink>
    </Entrance>
  )
}

function NotFound() {
  const { notFound } = useTexts()
  return (
    <Page title={notFound.title}>
      <Empty icon="search" title={notFound.text}>
        <ButtonLink href={at('/console')}>{notFound.home}</ButtonLink>
      </Empty>
    </Page>
  )
}

const App = () => (
  <LocationProvider scope={SCOPE}>
    <Providers catalogues={catalogues}>
      <Gate>{(user) => <SignedIn user={user} />}</Gate>
    </Providers>
  </LocationProvider>
)

render(<App />, document.getElementById('app') as HTMLElement)
