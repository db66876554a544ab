import { expect, it } from 'vitest'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

const prompt = (text: string) => ({ name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: text } })

it('a page that is sent away waits as long as it is told, says so, and says that it is back', async () => {
  const { page, store, open } = await openPage([], { fill: store => storeEvents(store, 'first', [prompt('Before')]) })
  // Its own stream is open before another page asks for one.
  await page.getByText('● following').waitFor()
  const asked: number[] = []
  await page.route(/\/api\/live/, route => {
    asked.push(Date.now())
    return route.fulfill({
      status: 503,
      headers: { 'retry-after': '3', 'content-type': 'application/json' },
      body: '{"error":"too many pages follow what comes in; close some"}',
    })
  })
  await open('/')
  const arrivals = page.locator('.arrivals')
  await arrivals.getByText('live is lost').waitFor()
  expect(await arrivals.getAttribute('title')).toContain('too many pages')
  expect(await arrivals.textContent()).toMatch(/again in \d s/)
  await expect.poll(() => asked.length).toBe(2)
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(2_900)
  await page.unroute(/\/api\/live/)
  await storeEvents(store, 'second', [prompt('Meanwhile')])
  await arrivals.getByText('live is back').waitFor()
  // What came in meanwhile is there.
  await page.getByRole('link', { name: 'Meanwhile' }).waitFor()
})

it('the number of records below the list follows what arrives', async () => {
  const { page, store } = await openPage([], { fill: store => storeEvents(store, 'first', [prompt('One')]) })
  const line = page.locator('.store-line')
  await line.getByText(/ 1 records?,/).waitFor()
  await storeEvents(store, 'first', [prompt('Two'), prompt('Three')])
  await line.getByText(/ 3 records,/).waitFor()
})
