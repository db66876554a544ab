import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
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
