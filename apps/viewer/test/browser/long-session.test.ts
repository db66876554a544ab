import { expect, it } from 'vitest'
import { openPage, storeEvents, type TestEvent, useBrowser } from './browser.fixture.ts'

useBrowser()

const ROWS = 7_500

/** Turns of 25 entries: 12 tool calls with a response before each. */
function longSession(): TestEvent[] {
  const start = Date.now() - 3_600_000
  const events: TestEvent[] = []
  for (let index = 0; events.length < ROWS * 1.6; index += 1) {
    const at = start + index * 200
    if (index % 12 === 0) events.push({ name: 'codex.user_prompt', at, attributes: { prompt: `Turn ${index / 12}` } })
    events.push(
      { name: 'codex.api_request', at: at + 20, attributes: { duration_ms: 10, 'http.response.status_code': 200 } },
      { name: 'codex.sse_event', at: at + 90, attributes: { input_token_count: 100 + index, output_token_count: 5 } },
      {
        name: 'codex.tool_result',
        at: at + 150,
        attributes: {
          call_id: `c${index}`,
          tool_name: 'shell',
          success: true,
          duration_ms: 40,
          arguments: `{"cmd":"make ${index}"}`,
        },
      },
    )
  }
  return events
}

it('a session of 7,500 rows has less than 60 of them in the document, wherever it is scrolled to', async () => {
  const { page, open } = await openPage([], { fill: store => storeEvents(store, 'long', longSession()) })
  await open('/s/long')
  const grid = page.getByRole('grid', { name: 'What happened' })
  await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThanOrEqual(ROWS)
  const drawn = () => grid.evaluate(element => element.querySelectorAll('[role=row]').length)
  await grid.getByText('Turn 0', { exact: true }).waitFor()
  expect(await drawn()).toBeLessThan(60)
  for (const part of [0.1, 0.35, 0.9, 1, 0]) {
    await grid.evaluate((element, part) => element.scrollTo(0, element.scrollHeight * part), part)
    // The rows in view are drawn, with their texts.
    await expect
      .poll(() =>
        grid.evaluate(element => {
          const { top, height } = element.getBoundingClientRect()
          const row = document.elementFromPoint(300, top + height / 2)?.closest('[role=row]')
          return row?.textContent ?? ''
        }),
      )
      .toMatch(/make \d+|headers|Turn \d+/)
    expect(await drawn()).toBeLessThan(60)
  }
  // The first and the last row are a key away from each other.
  await grid.getByRole('row').first().focus()
  for (const [key, text] of [
    ['End', /make \d+/],
    ['Home', /Turn 0/],
    ['End', /make \d+/],
    ['Home', /Turn 0/],
  ] as const) {
    await page.keyboard.press(key)
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(text)
    expect(await drawn()).toBeLessThan(60)
  }
  // The last row is reached by its key, and by the menu of turns the first of a turn.
  await page.keyboard.press('.')
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/make \d+/)
  await grid
    .getByText(/^make \d+$/)
    .last()
    .waitFor()
  expect(await grid.evaluate(element => element.scrollHeight - element.scrollTop - element.clientHeight)).toBeLessThan(
    2,
  )
  await page.getByRole('navigation', { name: 'Turns' }).getByRole('button').last().click()
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/Turn \d+/)
  expect(await drawn()).toBeLessThan(60)
})

it('the keys begin at the row that is read, where none was chosen', async () => {
  const { page, open } = await openPage([], { fill: store => storeEvents(store, 'long', longSession()) })
  await open('/s/long')
  const grid = page.getByRole('grid', { name: 'What happened' })
  await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThanOrEqual(ROWS)
  await grid.evaluate(element => element.scrollTo(0, element.scrollHeight / 2))
  await expect.poll(() => grid.locator('[tabindex="0"]').count()).toBe(1)
  const middle = await grid.evaluate(element => element.scrollTop)
  await page.keyboard.press('j')
  await grid.locator('[role="row"]:focus').waitFor()
  const moved = await grid.evaluate(element => element.scrollTop - element.scrollHeight / 2)
  expect(Math.abs(moved)).toBeLessThan(middle / 10)
})

it('at 400 percent, in 320 by 256 pixels, the rows of each list can be seen, and the window alone does not scroll', async () => {
  const { page, open, store } = await openPage(['m-as-accept'], { viewport: { width: 320, height: 256 } })
  const [session] = await store.query('sessions', { from: 0, to: 8.64e15, limit: 1 })
  for (const [path, name] of [
    ['/', 'Sessions'],
    [`/s/${session?.conversation_id}`, 'What happened'],
  ] as const) {
    await open(path)
    const grid = page.getByRole('grid', { name })
    const row = grid.getByRole('row').last()
    await row.scrollIntoViewIfNeeded()
    const { height } = (await row.boundingBox()) ?? { height: 0 }
    expect(await grid.evaluate(element => element.clientHeight)).toBeGreaterThan(Math.max(height, 120))
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(0)
  }
})

it.each([390, 1280])('the page of %i pixels is never wider than its window', async width => {
  const { page, open, store } = await openPage(['m-as-accept', 'c-tool-exit3', 'x-e-failed', 'g-prompt-false'], {
    viewport: { width, height: 800 },
    fill: store =>
      storeEvents(store, 'w'.repeat(300), [
        { name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'w'.repeat(3_000) } },
        {
          name: 'codex.tool_result',
          at: Date.now(),
          attributes: { tool_name: 'x'.repeat(500), arguments: 'y'.repeat(900) },
        },
      ]),
  })
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  await page.getByRole('row').first().waitFor()
  expect(await tooWide()).toBeLessThanOrEqual(0)
  for (const { conversation_id } of await store.query('sessions', { from: 0, to: 8.64e15, limit: 20 })) {
    await open(`/s/${conversation_id}`)
    await page.getByRole('row').nth(1).waitFor()
    expect(await tooWide()).toBeLessThanOrEqual(0)
    for (const button of await page.getByRole('button', { name: 'texts' }).all()) await button.click()
    await page.getByRole('row').nth(1).press('Enter')
    await page.getByRole('region', { name: 'The event' }).getByText('Raw record').click()
    expect(await tooWide()).toBeLessThanOrEqual(0)
  }
})
