import type { User } from '@coffer/client'
import { CofferProvider, useSession } from '@coffer/client/react'
import { Component, type ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button, ButtonLink } from '../components/button.js'
import { ConfirmProvider } from '../components/dialog.js'
import { Loading } from '../components/states.js'
import { ToastProvider } from '../components/toast.js'
import { at } from '../settings.js'
import type { CommonTexts } from '../texts/en.js'
import { type Catalogues, TextsProvider, useTexts } from '../texts/provider.js'
import { client, departure, factorRequired } from './client.js'
import { Entrance } from './entrance.js'
import { SignIn } from './sign-in.js'
import { StepUpProvider } from './step-up.js'

/** The providers of both parts: the client, the texts, and the dialogs that any component can open. */
export const Providers = ({
  catalogues,
  children,
}: {
  catalogues: Catalogues<CommonTexts>
  children: ComponentChildren
}) => (
  <CofferProvider client={client}>
    <TextsProvider catalogues={catalogues}>
      <ErrorBoundary>
        <ToastProvider>
          <StepUpProvider>
            <ConfirmProvider>{children}</ConfirmProvider>
          </StepUpProvider>
        </ToastProvider>
      </ErrorBoundary>
    </TextsProvider>
  </CofferProvider>
)

interface GateProps {
  /** Shown where the account must have a second factor first. */
  enrol?: ComponentChildren
  children(user: User): ComponentChildren
}

/**
 * Shows its children to somebody who is signed in, and else the sign-in in their place: the address stays, so that the person goes on where they
 * were. Another user gets new components.
 */
export function Gate({ enrol, children }: GateProps) {
  const { status, user, error, restore } = useSession()
  const mustEnrol = useFactorRequired()
  const wasSignedIn = useRef(false)
  useEffect(() => {
    if (user) wasSignedIn.current = true
  }, [user])
  if (user) return <div key={user.id}>{mustEnrol ? (enrol ?? <MustEnrol />) : children(user)}</div>
  if (status === 'signed-out') return <SignIn hasEnded={wasSignedIn.current && !departure.isChosen} />
  if (error !== undefined) return <Unreachable onRetry={restore} />
  return (
    <div class="splash">
      <Loading />
    </div>
  )
}

function useFactorRequired(): boolean {
  const [isRequired, setRequired] = useState(factorRequired.get)
  useEffect(() => factorRequired.subscribe(() => setRequired(factorRequired.get())), [])
  return isRequired
}

function MustEnrol() {
  const { enrol } = useTexts()
  return (
    <Entrance title={enrol.title} lead={enrol.text}>
      <ButtonLink kind="primary" href={at('/account/security')}>
        {enrol.toAccount}
      </ButtonLink>
    </Entrance>
  )
}

/** Milliseconds after which the server is asked again. */
const PATIENCE = 5000

function Unreachable({ onRetry }: { onRetry(): Promise<void> }) {
  const texts = useTexts()
  const [isBusy, setBusy] = useState(false)
  const retry = async () => {
    setBusy(true)
    await onRetry()
    setBusy(false)
  }
  useEffect(() => {
    const timer = setInterval(() => void onRetry(), PATIENCE)
    return () => clearInterval(timer)
  }, [onRetry])
  return (
    <Entrance title={texts.unreachable.title} lead={texts.unreachable.text}>
      <Button kind="primary" icon="refresh" busy={isBusy} onClick={retry}>
        {texts.retry}
      </Button>
    </Entrance>
  )
}

/** Shows that a component has failed, instead of an empty page. */
class ErrorBoundary extends Component<{ children: ComponentChildren }, { error?: Error }> {
  override componentDidCatch(error: Error) {
    this.setState({ error })
    reportError(error)
  }
  override render() {
    return this.state.error ? <Broken /> : this.props.children
  }
}

function Broken() {
  const texts = useTexts()
  return (
    <Entrance title={texts.broken.title} lead={texts.broken.text}>
      <Button kind="primary" icon="refresh" onClick={() => location.reload()}>
        {texts.broken.reload}
      </Button>
    </Entrance>
  )
}
