import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import type { Test } from 'tap'
import { type BuildOptions, build } from '../support/app.js'
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

/** A listening app that is reached at its `PUBLIC_URL`, as its pages need. */
export async function startPages(t: Test, options: BuildOptions = {}) {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const test = await build(t, { ...options, env: { PUBLIC_URL: origin, ...options.env } })
  await test.app.listen({ port, host: '127.0.0.1' })
  return { ...test, origin, port }
}

/** The browser of one person, whose answers of the kinds that a test expects are no problems. */
export async function openPerson(t: Test) {
  const { context, problems, ...rest } = await openBrowser(t)
  const page = await context.newPage()
  return { context, page, problems, ...rest }
}

interface Finding {
  id: string
  impact: string
  nodes: string[]
}

/** What axe finds on a page that is serious, at both widths and in both themes. */
export async function audit(page: Page): Promise<Finding[]> {
  const found: Finding[] = []
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const results = (await page.evaluate(`(async () => {
        const { violations } = await axe.run(document, { resultTypes: ['violations'] })
        return violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary) }))
      })()`)) as Finding[]
      found.push(...results.filter(({ impact }) => impact === 'serious' || impact === 'critical'))
      const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
      if (isWide) found.push({ id: 'scrolls sideways', impact: 'serious', nodes: [`${width} px`] })
    }
  }
  return found
}

/** Lets axe run in the pages of a context: as an initial script, which their policy doesn't concern. */
export const withAxe = (context: BrowserContext) => context.addInitScript(axeSource)
