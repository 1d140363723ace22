import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { type BuildOptions, build, codeIn, register, type TestApp, withMail } from '../support/app.js'
import { openBrowser } from './helper.js'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A port that is free at the moment. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export type PagesApp = TestApp & { origin: string; port: number }

/** A listening app that is reached at its `PUBLIC_URL`, as its pages need. Codes may be sent again at once. */
export async function startPages(t: Test, options: BuildOptions = {}): Promise<PagesApp> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const env = { PUBLIC_URL: origin, OTP_RESEND_COOLDOWN: '0s', OTP_MAX_SENDS: '0', ...options.env }
  // no other test has its port
  const test = await build(t, { ...options, env, own: true })
  await test.app.listen({ port, host: '127.0.0.1' })
  return { ...test, origin, port }
}

/** What every sign-in page asks: first whether somebody is signed in, then for a passkey until the page is left. */
const ASKED = /^(401 POST \/v1\/auth\/refresh-token$|net::ERR_ABORTED POST \/v1\/auth\/passkey)/

/**
 * The browser of one person, which has an authenticator for passkeys. `complaints` returns all that its pages complain of, a violation of their
 * policy too, except for the refusals that are `expected`.
 */
export async function openPerson(t: Test, expected: RegExp = /^$/) {
  const { context, problems, sent } = await openBrowser(t)
  const page = await context.newPage()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const complaints = () => problems.filter((problem) => !ASKED.test(problem) && !expected.test(problem))
  return { context, page, problems, complaints, sent, devtools }
}

interface Account {
  email: string
  password: string
}

/** Fills in the first step of a sign-in. */
export async function enterPassword(page: Page, { email, password }: Account) {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Enters a code and sends it. */
export async function enterCode(page: Page, code: string, button = 'Confirm') {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: button, exact: true }).click()
}

/** Signs somebody in on the sign-in page that is shown, by password and mailed code; somebody new unless given. */
export async function signInAt(test: TestApp, page: Page, given?: Account) {
  const account = given ?? (await register(test))
  const { mail } = await withMail(test, account.email, /sign-in code/, async () => {
    await enterPassword(page, account)
    await page.getByLabel('Code', { exact: true }).waitFor()
  })
  await enterCode(page, codeIn(mail))
  return account
}

/** Opens a page of the menu. */
export async function visit(page: Page, name: string) {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Waits for the short message that something has succeeded. */
export const told = (page: Page, text: string | RegExp) =>
  page.locator('.toast.good', { hasText: text }).last().waitFor()

interface Finding {
  id: string
  impact: string
  nodes: string[]
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const CONTRAST = { type: 'rule', values: ['color-contrast'] }

/** Each scene differs from the one before by its width or its theme alone; the last one is how a page is shown otherwise. */
const SCENES = [
  { width: 360, colorScheme: 'light', rules: WCAG },
  { width: 360, colorScheme: 'dark', rules: CONTRAST },
  { width: 1280, colorScheme: 'dark', rules: WCAG },
  { width: 1280, colorScheme: 'light', rules: CONTRAST },
] as const

/**
 * Returns what axe finds on a page that is serious, at both widths and in both themes, and whether the page scrolls sideways. The themes differ
 * only in their colours, so that the second one of a width is checked for contrast only.
 */
export async function audit(page: Page): Promise<Finding[]> {
  const found: Finding[] = []
  // by the protocol of the browser, which the policy of the page does not concern
  if (await page.evaluate(`typeof axe === 'undefined'`)) await page.evaluate(axeSource)
  for (const { width, colorScheme, rules } of SCENES) {
    if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { findings, isWide } = (await page.evaluate(`(async () => {
      // the theme is painted
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      const { violations } = await axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(rules)} })
      const textOf = ({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary
      const findings = violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(textOf) }))
      return { findings, isWide: document.documentElement.scrollWidth > innerWidth }
    })()`)) as { findings: Finding[]; isWide: boolean }
    found.push(...findings.filter(({ impact }) => impact === 'serious' || impact === 'critical'))
    if (isWide) found.push({ id: 'scrolls sideways', impact: 'serious', nodes: [`${width} px`] })
  }
  return found
}
