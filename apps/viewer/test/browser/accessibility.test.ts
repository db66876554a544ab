import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { violations } from './axe.fixture.ts'
import { newestSession, openPage, useBrowser } from './browser.fixture.ts'

useBrowser()

const THEMES_AND_WIDTHS = (['light', 'dark'] as const).flatMap(colorScheme =>
  [390, 1280].map(width => ({ colorScheme, width })),
)

/** Axe finds nothing, and the page is no wider than its window. */
async function expectAccessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
}

it.each(THEMES_AND_WIDTHS)(
  'axe finds nothing wrong with any screen in $colorScheme at $width pixels',
  async ({ colorScheme, width }) => {
    const scenarios = ['m-as-accept', 'm-as-decline', 'd-500-then-ok', 'x-e-failed', 'g-prompt-false', 'c-tool-exit3']
    const { page, store, open } = await openPage(scenarios, { colorScheme, viewport: { width, height: 900 } })
    await page.getByText('prompt not sent').first().waitFor()
    await expectAccessible(page)

    await open(await newestSession(store))
    await page.locator('.kind-tool').first().waitFor()
    await page.getByRole('button', { name: 'texts' }).first().click()
    await page.getByRole('button', { name: 'parts of the stream' }).first().click()
    await page.locator('.texts').waitFor()
    await page.locator('.stream').waitFor()
    await expectAccessible(page)

    await page.getByRole('row').filter({ hasText: 'you: ' }).first().click()
    await page.getByText('Attributes', { exact: true }).click()
    await page.getByText('Raw record').click()
    await page.locator('.detail pre').first().waitFor()
    await expectAccessible(page)

    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await expectAccessible(page)

    const failed = (await store.query('sessions', { from: 0, to: 8.64e15, limit: 100 })).find(
      ({ errors }) => errors > 0,
    )
    await open(`/s/${failed?.conversation_id}`)
    await page.locator('.trouble').first().waitFor()
    await expectAccessible(page)

    await open('/s/no-such-session')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectAccessible(page)
  },
)

it.each(THEMES_AND_WIDTHS)(
  'axe finds nothing wrong with the screens without data in $colorScheme at $width pixels',
  async ({ colorScheme, width }) => {
    const options = { colorScheme, viewport: { width, height: 900 }, receiving: 'http://127.0.0.1:4318' }
    const { page, open } = await openPage([], options)
    await page.getByRole('tabpanel').waitFor()
    await expectAccessible(page)
    for (const path of ['/trends', '/search', '/t/0123456789abcdef0123456789abcdef']) {
      await open(path)
      await page.locator('main h1').first().waitFor()
      await expectAccessible(page)
    }
    await open('/nothing/is/here')
    await page.getByRole('heading', { name: 'No page is here' }).waitFor()
    await expectAccessible(page)
    await page.context().clearCookies()
    await open('/')
    await page.getByRole('alert').waitFor()
    await expectAccessible(page)
  },
)

it('axe finds nothing wrong with a page whose viewer has ended', async () => {
  const { page, server } = await openPage(['a-simple'])
  await page.getByRole('grid').waitFor()
  await server.close(0)
  await page.getByText('The viewer has ended.').waitFor()
  await expectAccessible(page)
})
