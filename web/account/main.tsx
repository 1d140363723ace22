import { render } from 'preact'
import { LocationProvider, Route, Router } from 'preact-iso'
import '../styles/index.css'
import type { User } from '@coffer/client'
import { Page, Shell } from '../components/shell.js'
import { Empty } from '../components/states.js'
import { Gate, Providers } from '../session/gate.js'
import { at } from '../settings.js'
import { catalogues, useTexts } from './texts.js'

/** The links that stay inside the app; the others load another page. */
const SCOPE = new RegExp(`^${at('')}/(account(/.*)?)?([?#].*)?$`)

function SignedIn({ user }: { user: User }) {
  const texts = useTexts()
  return (
    <Shell nav={[{ path: '/account/files', label: texts.nav.files, icon: 'files' }]} user={user}>
      <Router>
        <Route path={at('/account/files')} component={Files} />
        <Route default component={Files} />
      </Router>
    </Shell>
  )
}

function Files() {
  const texts = useTexts()
  return (
    <Page title={texts.nav.files}>
      <Empty icon="files" title={texts.notFound.title} />
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
