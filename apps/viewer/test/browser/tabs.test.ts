import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../src/web/web-server.fixture.ts'
import { newestSession, openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

/** The browser of the tests takes every page for one that is seen. */
const setHidden = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate(isHidden => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)

it('more tabs can be open than a browser has connections', async () => {
  const { page, server } = await openPage(['a-simple'])
  await page.getByText('● following').waitFor()
  await setHidden(page, true)
  for (let tab = 0; tab < 8; tab++) {
    const next = await page.context().newPage()
    await next.goto(`http://127.0.0.1:${server.port}/`)
    await next.getByText('● following').waitFor()
    await next.getByRole('link', { name: 'Say hello please' }).waitFor()
    await setHidden(next, true)
  }
})

it('a tab that comes to the front again has what arrived meanwhile', async () => {
  const { page, store, open } = await openPage(['a-simple'])
  await open(await newestSession(store))
  await page.getByText('Turn 1').first().waitFor()
  await page.getByText('● following').waitFor()
  await setHidden(page, true)
  await page.getByText('○ not following').waitFor()
  const [session] = await store.query('sessions', { from: 0, to: 8.64e15, limit: 1 })
  await storeEvents(store, session?.conversation_id ?? '', [
    { name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'Meanwhile' } },
  ])
  expect(await page.getByText('Meanwhile').count()).toBe(0)
  await setHidden(page, false)
  await page.getByRole('heading', { name: 'Say hello please' }).waitFor()
  await page.getByText('Turn 2').waitFor()
})

/** Requests of a page to the server from now on. */
function asked(page: Page): string[] {
  const paths: string[] = []
  page.on('request', request => paths.push(new URL(request.url()).pathname))
  return paths
}

const shown = (page: Page) => page.getByRole('link', { name: 'Say hello please' })

type Look = 'focus' | 'visibilitychange'

/** Tells a page that it is looked at. */
const lookAt = (page: Page, look: Look): Promise<boolean> =>
  page.evaluate(look => (look === 'focus' ? window : document).dispatchEvent(new Event(look)), look)

/** The same until it shows the sessions. */
const lookAgain = (page: Page, look: Look): Promise<void> =>
  expect
    .poll(async () => {
      await lookAt(page, look)
      return shown(page).count()
    })
    .toBe(1)

describe('a page of a viewer that was started anew', () => {
  /** A page without the new token, and what it asks from then on. */
  async function lockedPage(): Promise<{ page: Page; next: TestServer; paths: string[] }> {
    const { page, server, store } = await openPage(['a-simple'])
    await page.getByText('● following').waitFor()
    await server.close(0)
    const next = await startTestServer({ store, port: server.port })
    await page.getByRole('heading', { name: 'This address needs its token' }).waitFor()
    return { page, next, paths: asked(page) }
  }

  it('goes on when another one has entered, and asks for nothing before', async () => {
    const { page, next, paths } = await lockedPage()
    const other = await page.context().newPage()
    await other.goto(`http://127.0.0.1:${next.port}/`)
    await other.getByRole('heading', { name: 'This address needs its token' }).waitFor()
    expect(paths).toEqual([])
    const entered = await page.context().newPage()
    await entered.goto(next.url)
    for (const one of [page, other, entered]) {
      await shown(one).waitFor()
      await one.getByText(/^● (following|live is back)$/).waitFor()
    }
    expect(paths[0]).toBe('/api/info')
    expect(paths).not.toContain('/')
  })

  it.each(['focus', 'visibilitychange'] as const)(
    'goes on with the event %s when the browser has entered',
    async event => {
      const { page, next, paths } = await lockedPage()
      await lookAt(page, event)
      await expect.poll(() => paths).toEqual(['/api/info'])
      const data = { token: next.token }
      await page.context().request.post(`http://127.0.0.1:${next.port}/api/session`, { data })
      await lookAt(page, event)
      await shown(page).waitFor()
      expect(paths).not.toContain('/')
    },
  )

  it('goes on with the new address', async () => {
    const { page, next, paths } = await lockedPage()
    await page.goto(next.url)
    await shown(page).waitFor()
    expect(page.url()).toBe(`http://127.0.0.1:${next.port}/`)
    expect(paths.slice(0, 2)).toEqual(['/api/session', '/api/info'])
    // That of an earlier start takes away nothing.
    await page.goto(`${page.url()}#t=${'x'.repeat(22)}`)
    await expect.poll(() => page.url()).not.toContain('#')
    await expect.poll(() => paths.slice(2)).toContain('/api/session')
    await shown(page).waitFor()
  })
})

it('a page to which nothing answered tries again when it is looked at, and not before', async () => {
  const { page } = await openPage(['a-simple'])
  await page.getByText('● following').waitFor()
  await page.route('**/api/**', route => route.abort())
  await page.reload()
  const ended = page.getByText('The viewer has ended')
  await ended.waitFor()
  const paths = asked(page)
  await lookAt(page, 'focus')
  await expect.poll(() => paths).toContain('/api/info')
  await ended.waitFor()
  expect(paths).not.toContain('/api/live')
  await page.unroute('**/api/**')
  await lookAgain(page, 'focus')
  await ended.waitFor({ state: 'detached' })
  await page.getByText('● following').waitFor()
})
