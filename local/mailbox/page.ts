import type { Message } from './store.js'

const SHOWN = 200

/** Escapes text for HTML, between tags and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Finds the first number of exactly six digits: the code that the reader looks for. */
function findCode({ subject, text }: Message): string | undefined {
  return /(?<!\d)\d{6}(?!\d)/.exec(`${subject}\n${text}`)?.[0]
}

/** Renders the newest 200 mails, each collapsed to its code, subject, recipient and time. */
export function renderPage(messages: readonly Message[], hasPreviews = false): string {
  const shown = messages.slice(0, SHOWN)
  const more = messages.length - shown.length
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title>
<link rel="stylesheet" href="/mailbox/page.css">
<script type="module" src="/mailbox/page.js"></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
</head>
<body>
<header><h1>Mailbox</h1><p>Every mail that Coffer sends arrives here, and nowhere else.${
    hasPreviews ? ' <a href="/mailbox/preview">Previews</a>' : ''
  }</p></header>
<main id="messages" aria-live="polite">
${shown.map(renderMessage).join('\n')}
</main>
<p id="empty">No mail yet. This page refreshes itself.</p>
${more > 0 ? `<p>${more} older mails: <a href="/mailbox/messages">/mailbox/messages</a></p>` : ''}
</body>
</html>
`
}

function renderMessage(message: Message): string {
  const code = findCode(message)
  return `<details id="m${message.id}">
<summary>
<strong class="code">${code ?? ''}</strong>
<span class="subject">${escapeHtml(message.subject) || '(no subject)'}</span>
<span class="to">${escapeHtml(message.to)}</span>
<time datetime="${message.date}">${message.date.slice(0, 19).replace('T', ' ')} UTC</time>
</summary>
<p>From ${escapeHtml(message.from)}</p>
${message.html === null ? `<pre>${escapeHtml(message.text)}</pre>` : renderFrame(message)}
</details>`
}

function renderFrame({ id, text }: Message): string {
  return `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" title="The mail as HTML"
 src="/mailbox/messages/${id}/html"></iframe>
<details><summary>As plain text</summary><pre>${escapeHtml(text)}</pre></details>`
}

export const pageStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
h1 { margin: 0 }
header p, time, .to { opacity: .7 }
#messages > details { border-top: 1px solid #8885; padding: .5rem 0 }
#messages > details > summary { display: grid; grid-template-columns: 8rem 1fr auto; gap: 0 1rem; cursor: pointer }
.code { font: 700 1.5rem/1.5 ui-monospace, monospace; grid-row: span 2; user-select: all }
.subject { font-weight: 600; overflow-wrap: anywhere }
.to { grid-column: 2; overflow-wrap: anywhere }
time { grid-column: 3; grid-row: 1; font-variant-numeric: tabular-nums }
iframe { box-sizing: border-box; width: 100%; height: 24rem; border: 1px solid #8885; resize: vertical; background: #fff }
.wide { overflow-x: auto }
th { padding-right: 1rem; text-align: left; font-weight: 400 }
td { padding: 0 .75rem 0 0; white-space: nowrap }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
#messages:has(details) + #empty { display: none }
@media (width < 40rem) {
  #messages > details > summary { grid-template-columns: auto 1fr }
  #messages > details > summary:has(.code:empty) { grid-template-columns: 0 1fr; column-gap: 0 }
  .code { grid-row: span 3; align-self: center }
  time { grid-column: 2; grid-row: auto }
}
`

/**
 * Inserts new mails at the top and removes deleted ones. It changes nothing else, so that an open mail stays open and
 * the scroll position stays.
 */
export const pageScript = `const list = document.getElementById('messages')
async function refresh() {
  const response = await fetch('/mailbox')
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = [...page.querySelectorAll('#messages > details')]
  const ids = new Set(fresh.map((element) => element.id))
  for (const element of [...list.children]) if (!ids.has(element.id)) element.remove()
  const before = document.documentElement.scrollHeight
  list.prepend(...fresh.filter((element) => !document.getElementById(element.id)))
  const grown = document.documentElement.scrollHeight - before
  if (grown && scrollY > 0 && !CSS.supports('overflow-anchor: auto')) scrollBy(0, grown)
}
setInterval(() => document.hidden || refresh().catch(() => {}), 2000)
`
