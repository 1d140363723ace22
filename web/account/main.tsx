import type { User } from '@coffer/client'
import { render } from 'preact'
import { useEffect } from 'preact/hooks'
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from 'preact-iso'
import '../styles/index.css'
import './account.css'
import { ButtonLink } from '../components/button.js'
import { Brand, Page, Preferences, Shell } from '../components/shell.js'
import { Empty } from '../components/states.js'
import { Gate, Providers } from '../session/gate.js'
import { at } from '../settings.js'
import { Files } from './files/files.js'
import { UploadsProvider } from './files/uploads.js'
import { catalogues, useTexts } from './texts.js'

const Register = lazy(async () => (await import('./register.js')).Register)
const Invitation = lazy(async () => (await import('./invitation.js')).Invitation)
const Recover = lazy(async () => (await import('./recover.js')).Recover)
const Profile = lazy(async () => (await import('./profile.js')).Profile)
const Security = lazy(async () => (await import('./security.js')).Security)
const Devices = lazy(async () => (await import('./devices.js')).Devices)
const Keys = lazy(async () => (await import('./keys.js')).Keys)
const Activity = lazy(async () => (await import('./activity.js')).Activity)
const Data = lazy(async () => (await import('./data.js')).Data)

/** The links that stay inside the app; the others load another page. */
const SCOPE = new RegExp(`^${at('')}/(account(/.*)?)?([?#].*)?$`)

function SignedIn({ user }: { user: User }) {
  const { nav, console: toConsole } = useTexts()
  const isAdministrator = user.role === 'admin' || user.permissions.length > 0
  return (
    <UploadsProvider>
      <Shell
        nav={[
          { path: '/account/files', label: nav.files, icon: 'files' },
          { path: '/account/profile', label: nav.profile, icon: 'user' },
          { path: '/account/security', label: nav.security, icon: 'shield' },
          { path: '/account/devices', label: nav.devices, icon: 'device' },
          { path: '/account/keys', label: nav.keys, icon: 'key' },
          { path: '/account/activity', label: nav.activity, icon: 'activity' },
          { path: '/account/data', label: nav.data, icon: 'box' },
        ]}
        user={user}
        {...(isAdministrator && { other: { href: at('/console'), label: toConsole, icon: 'chart' as const } })}
      >
        <Router>
          <Route path={at('/')} component={Home} />
          <Route path={at('/account')} component={Home} />
          <Route path={at('/account/files/:assetId?')} component={Files} />
          <Route path={at('/account/profile')} component={Profile} user={user} />
          <Route path={at('/account/security')} component={Security} />
          <Route path={at('/account/devices')} component={Devices} />
          <Route path={at('/account/keys')} component={Keys} user={user} />
          <Route path={at('/account/activity')} component={Activity} />
          <Route path={at('/account/data')} component={Data} user={user} />
          <Route default component={NotFound} />
        </Router>
      </Shell>
    </UploadsProvider>
  )
}

/** Leads to the files. */
function Home() {
  const { route } = useLocation()
  useEffect(() => route(at('/account/files'), true), [])
  return null
}

function NotFound() {
  const { notFound } = useTexts()
  return (
    <Page title={notFound.title}>
      <Empty icon="search" title={notFound.text}>
        <ButtonLink href={at('/account/files')}>{notFound.home}</ButtonLink>
      </Empty>
    </Page>
  )
}

/** The second factor that the account must have, before anything else. */
const Enrolment = () => (
  <div class="enrolment">
    <header>
      <Brand />
      <Preferences />
    </header>
    <main id="content">
      <ErrorBoundary>
        <Security isEnrolment />
      </ErrorBoundary>
    </main>
  </div>
)

function Pages() {
  const { path } = useLocation()
  if (path === at('/account/register')) return <Register />
  if (path === at('/account/recover')) return <Recover />
  if (path === at('/account/invitation')) return <Invitation />
  return <Gate enrol={<Enrolment />}>{(user) => <SignedIn user={user} />}</Gate>
}

const App = () => (
  <LocationProvider scope={SCOPE}>
    <Providers catalogues={catalogues}>
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    </Providers>
  </LocationProvider>
)

render(<App />, document.getElementById('app') as HTMLElement)
