import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { newestSession, openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

const TRACE = '/t/c6ffedec792a6d8010e4aed288de60ae'

it('an address that is pasted shows what it showed, and Back and Forward go through what was seen', async () => {
  const { page, store, open } = await openPage(['b-tool-ok', 'c-tool-exit3'])
  const session = await newestSession(store)
  const question = { session: session.slice(3), stream: 0, after: 0, limit: 100, offset: 0 } as const
  const tool = (await store.query('timeline', question)).find(({ role }) => role === 'tool')
  const address = () => page.evaluate(() => location.pathname + location.search)
  const screens: [path: string, shown: string][] = [
    ['/', '[aria-label=Sessions] [role=row]'],
    [session, '.entry.kind-tool'],
    [`${session}/${tool?.event_id}`, '[aria-label="The event"] .texts'],
    [TRACE, '[aria-label=Spans] >> text=unfold 17 internal spans'],
    ['/trends?from=all&agent=codex', '[aria-label=Errors]'],
    ['/search?q=is%3Atool', '.hit-link'],
  ]
  for (const [path, shown] of screens) {
    await open(path)
    await page.locator(shown).first().waitFor()
    expect(await address()).toBe(path)
  }
  // A pasted address begins a page anew; Back and Forward come to each one again.
  for (const step of [-1, 1]) {
    for (let index = 1; index < screens.length; index += 1) {
      await (step < 0 ? page.goBack() : page.goForward())
      const [path = '', shown = ''] = screens[step < 0 ? screens.length - 1 - index : index] ?? []
      await page.locator(shown).first().waitFor()
      expect(await address()).toBe(path)
    }
  }

  // The same without a page that is loaded: by the page's own links.
  await open('/')
  await page.locator('[aria-label=Sessions] a').first().click()
  await page.locator('.entry.kind-tool').first().click()
  await page.getByRole('region', { name: 'The event' }).waitFor()
  await page.getByRole('link', { name: 'Trends' }).click()
  await page.getByRole('heading', { name: 'Trends' }).waitFor()
  await page.goBack()
  await page.getByRole('region', { name: 'The event' }).waitFor()
  await page.goBack()
  await page.getByRole('region', { name: 'The event' }).waitFor({ state: 'detached' })
  expect(await address()).toBe(await newestSession(store))
  await page.goBack()
  await page.getByRole('grid', { name: 'Sessions' }).waitFor()
  await page.goForward()
  await page.getByRole('grid', { name: 'What happened' }).waitFor()

  // Another tab, into which one is pasted, comes to show the same. Parts of a screen arrive after what it is known by.
  const tab = await page.context().newPage()
  const text = (of: Page) => of.locator('main').textContent()
  for (const [path, shown] of screens) {
    await open(path)
    await tab.goto(page.url())
    for (const each of [page, tab]) {
      await each.locator(shown).first().waitFor()
      await expect.poll(() => each.getByText('Adding up …').count()).toBe(0)
    }
    await expect.poll(async () => (await text(tab)) === (await text(page))).toBe(true)
  }
})

it.each(['/session', '/s/one/two', '/trends/more', '/search.html'])(
  'the address %s, which has no page, leads to the sessions',
  async path => {
    const { page, server } = await openPage(['a-simple'])
    const answer = await page.goto(`http://127.0.0.1:${server.port}${path}`)
    expect(answer?.status()).toBe(path === '/s/one/two' ? 200 : 404)
    await page.getByRole('heading', { name: 'No page is here' }).waitFor()
    await page.getByRole('link', { name: 'All sessions' }).click()
    await page.getByRole('grid', { name: 'Sessions' }).getByRole('row').first().waitFor()
    const asked = await page.evaluate(async path => (await fetch(path)).headers.get('content-type'), '/none.js')
    expect(asked).toContain('json')
  },
)

it.each(['.', '..'])('the session %s, which is a step in a path, has an address and is forgotten', async id => {
  const { page, store, open } = await openPage([], {
    async fill(store) {
      for (const session of [id, 'other']) {
        const at = Date.now() - 60_000
        await storeEvents(store, session, [
          { name: 'codex.user_prompt', at, attributes: { prompt: `Of ${session}` } },
          { name: 'codex.tool_result', at: at + 1, attributes: { tool_name: 'shell', success: true } },
        ])
      }
    },
  })
  await page.getByRole('link', { name: `Of ${id}`, exact: true }).click()
  await page.getByRole('heading', { name: `Of ${id}` }).waitFor()
  await page.locator('.entry.kind-tool').click()
  await page.getByRole('region', { name: 'The event' }).waitFor()
  await open(new URL(page.url()).pathname)
  await page.getByRole('region', { name: 'The event' }).waitFor()
  await page.keyboard.press('x')
  const dialog = page.getByRole('dialog', { name: 'Forget this session?' })
  await dialog.getByText('2 events').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Of other' }).waitFor()
  expect((await store.query('sessions', { from: 0, to: 8.64e15, limit: 9 })).map(row => row.conversation_id)).toEqual([
    'other',
  ])
})

it('nothing moves by itself where a person asks for less motion, nor anywhere else', async () => {
  for (const reducedMotion of ['reduce', 'no-preference'] as const) {
    const { page, store, open } = await openPage(['b-tool-ok'], { reducedMotion })
    for (const path of ['/', await newestSession(store), TRACE, '/trends?from=all', '/search']) {
      await open(path)
      await page.locator('main h1').first().waitFor({ state: 'attached' })
      await page.getByRole('button', { name: 'Keys' }).click()
      await page.getByRole('dialog').waitFor()
      const moving = await page.evaluate(() => ({
        animations: document.getAnimations().length,
        smooth: [...document.querySelectorAll('*')].filter(
          element => getComputedStyle(element).scrollBehavior === 'smooth',
        ).length,
        transitions: [...document.querySelectorAll('*')].filter(element =>
          getComputedStyle(element)
            .transitionDuration.split(', ')
            .some(duration => duration !== '0s'),
        ).length,
      }))
      expect(moving).toEqual({ animations: 0, smooth: 0, transitions: 0 })
      await page.keyboard.press('Escape')
    }
  }
})
