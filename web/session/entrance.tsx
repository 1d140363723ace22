import type { ComponentChildren } from 'preact'
import { Brand, PageFooter } from '../components/shell.js'

/** The frame of the pages before somebody is signed in. */
export const Entrance = ({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ComponentChildren
  children: ComponentChildren
}) => (
  <div class="entrance">
    <div class="entrance-panel" aria-hidden="true" />
    <div class="entrance-side">
      <header>
        <Brand />
      </header>
      <main id="content" class="entrance-card">
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
        {children}
      </main>
      <PageFooter />
    </div>
  </div>
)
