import type { User } from '@coffer/client'
import { render } from 'preact'
import { LocationProvider, Route, Router } from 'preact-iso'
import '../styles/index.css'
import { Page, Shell } from '../components/shell.js'
import { Empty } from '../components/states.js'
import { Gate, Providers } from '../session/gate.js'
import { at } from '../settings.js'
import { catalogues, useTexts } from './texts.js'

/** The links that stay inside the app; the others load another page. */
const SCOPE = new RegExp(`^${at('/console')}(/.*)?([?#].*)?$`)

function SignedIn({ user }: { user: User }) {
  const texts = useTexts()
  return (
    <Shell
      nav={[{ path: '/console', label: texts.nav.overview, icon: 'chart' }]}
      user={user}
      other={{ href: at('/'), label: texts.account, icon: 'user' }}
    >
      <Router>
        <Route path={at('/console')} component={Overview} />
        <Route default component={NotFound} />
      </Router>
    </Shell>
  )
}

function Overview() {
  const { nav } = useTexts()
  return (
    <Page title={nav.overview}>
      <Empty icon="chart" title={nav.overview} />
    </Page>
  )
}

function NotFound() {
  const { notFound } = useTexts()
  return (
    <Page title={notFound.title}>
      <Empty icon="search" title={notFound.text} />
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
