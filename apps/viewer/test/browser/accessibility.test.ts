import { expect, it } from 'vitest'
import { violations } from './axe.fixture.ts'
import { newestSession, openPage, useBrowser } from './browser.fixture.ts'

useBrowser()

it.each(['light', 'dark'] as const)('axe finds nothing wrong with any screen in %s', async colorScheme => {
  const scenarios = ['m-as-accept', 'm-as-decline', 'd-500-then-ok', 'x-e-failed', 'g-prompt-false', 'c-tool-exit3']
  const { page, store, open } = await openPage(scenarios, { colorScheme })
  await page.getByText('prompt not sent').waitFor()
  expect(await violations(page)).toEqual([])

  await open(await newestSession(store))
  await page.locator('.kind-tool').first().waitFor()
  await page.getByRole('button', { name: 'texts' }).first().click()
  await page.getByRole('button', { name: 'parts of the stream' }).first().click()
  await page.locator('.texts').waitFor()
  await page.locator('.stream').waitFor()
  expect(await violations(page)).toEqual([])

  await page.getByRole('row').filter({ hasText: 'you: ' }).first().click()
  await page.getByText('Attributes', { exact: true }).click()
  await page.getByText('Raw record').click()
  expect(await violations(page)).toEqual([])

  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  expect(await violations(page)).toEqual([])

  const failed = (await store.query('sessions', { from: 0, to: 8.64e15, limit: 100 })).find(({ errors }) => errors > 0)
  await open(`/s/${failed?.conversation_id}`)
  await page.locator('.trouble').first().waitFor()
  expect(await violations(page)).toEqual([])
})

it.each(['light', 'dark'] as const)(
  'axe finds nothing wrong with the page before the first event in %s',
  async colorScheme => {
    const { page, open } = await openPage([], { colorScheme, receiving: 'http://127.0.0.1:4318' })
    await page.getByRole('tabpanel').waitFor()
    expect(await violations(page)).toEqual([])
    await open('/nothing/is/here')
    await page.context().clearCookies()
    await open('/')
    await page.getByRole('alert').waitFor()
    expect(await violations(page)).toEqual([])
  },
)
