import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

/** What has the focus, in words. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => (document.activeElement?.textContent ?? '').replace(/\s+/g, ' ').trim())

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

it('a person with a keyboard alone finds the error and the wait of a session, and its texts', async () => {
  const at = Date.now() - 3_600_000
  const { page } = await openPage(['a-simple'], {
    fill: store =>
      storeEvents(store, 'walk', [
        { name: 'codex.user_prompt', at, attributes: { prompt: 'First prompt' } },
        { name: 'codex.api_request', at: at + 100, attributes: { duration_ms: 50, 'http.response.status_code': 200 } },
        { name: 'codex.sse_event', at: at + 900, attributes: { input_token_count: 10, output_token_count: 2 } },
        {
          name: 'codex.tool_decision',
          at: at + 60_900,
          attributes: { call_id: 'c1', tool_name: 'shell', decision: 'approved', source: 'User' },
        },
        {
          name: 'codex.tool_result',
          at: at + 61_000,
          attributes: {
            call_id: 'c1',
            tool_name: 'shell',
            success: true,
            arguments: '{"cmd":"make"}',
            output: 'done it',
          },
        },
        { name: 'codex.user_prompt', at: at + 70_000, attributes: { prompt: 'Second prompt' } },
        { name: 'codex.api_request', at: at + 70_100, attributes: { 'error.message': 'no route', duration_ms: 5 } },
      ]),
  })
  const list = page.getByRole('grid', { name: 'Sessions' })
  await list.getByText('First prompt').waitFor()
  // The skip link comes first, then the way to the screens; the rows are one stop.
  await press(page, 'Tab')
  expect(await focused(page)).toBe('Skip to the content')
  await press(page, 'Enter', 'Tab', 'Tab')
  expect(await focused(page)).toContain('First prompt')
  await press(page, 'j')
  expect(await focused(page)).toContain('Say hello please')
  await press(page, 'ArrowUp', 'Enter')

  const grid = page.getByRole('grid', { name: 'What happened' })
  await grid.getByText('Second prompt').waitFor()
  await press(page, 'w')
  expect(await focused(page)).toMatch(/approval.*waited 1 m 0 s/)
  await press(page, 'j', 'o')
  await grid.getByText('done it').waitFor()
  await press(page, 'o')
  await grid.getByText('done it').waitFor({ state: 'detached' })
  await press(page, 'e')
  expect(await focused(page)).toContain('no route')
  await press(page, '[', '[')
  expect(await focused(page)).toContain('First prompt')
  await press(page, ']')
  expect(await focused(page)).toContain('Second prompt')
  await press(page, 'e', 'Enter')
  const detail = page.getByRole('region', { name: 'The event' })
  await detail.getByRole('heading', { name: 'codex.api_request' }).waitFor()
  expect(page.url()).toMatch(/\/s\/walk\/\d+$/)
  await press(page, 'Escape')
  await detail.waitFor({ state: 'detached' })
  expect(await focused(page)).toContain('no route')
  await press(page, 'Home')
  expect(await focused(page)).toContain('First prompt')
  await press(page, 'End')
  expect(await focused(page)).toContain('no route')
  await press(page, 'Escape')
  await list.waitFor()
  // The list is at the session that was left.
  await press(page, 'Tab', 'Tab')
  await expect.poll(() => focused(page)).toContain('First prompt')
})

it('the help tells the keys, holds the focus while it is open, and switches single keys off', async () => {
  const { page } = await openPage(['a-simple'])
  await page.getByRole('link', { name: 'Say hello please' }).waitFor()
  await press(page, '?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  for (const key of ['j', 'k', '[', ']', 'e', 'w', '/', 'o', '.', '?', 'Enter', 'Escape'])
    expect(await dialog.locator('kbd').allTextContents()).toContain(key)
  await press(page, '/')
  expect(new URL(page.url()).pathname).toBe('/')
  await dialog.getByRole('checkbox').press('Space')
  await press(page, 'Escape')
  await dialog.waitFor({ state: 'hidden' })
  await press(page, '/')
  expect(new URL(page.url()).pathname).toBe('/')
  await page.reload()
  await page.getByRole('button', { name: 'Keys' }).click()
  await dialog.getByRole('checkbox').press('Space')
  await press(page, 'Escape', '/')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/search')
})
