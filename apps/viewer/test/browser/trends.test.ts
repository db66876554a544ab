import { expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { capturesOf, importPaths } from '../../src/testing.fixture.ts'
import { violations } from './axe.fixture.ts'
import { openPage, storeEvents, type TestEvent, useBrowser } from './browser.fixture.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'

useBrowser()

const HOUR = 3_600_000

/** One response an hour of each model, with a retry, a tool call, a decision and an error. */
async function storeDay(store: Store, models: readonly string[], name = (model: string) => model): Promise<void> {
  const now = Date.now()
  for (const [index, model] of models.entries()) {
    const events: TestEvent[] = Array.from({ length: 12 }, (_, hour) => now - (hour + 1) * HOUR + index).flatMap(at => [
      {
        name: 'codex.api_request',
        at,
        attributes: { model, attempt: 1, duration_ms: 400, 'http.response.status_code': 200 },
      },
      {
        name: 'codex.sse_event',
        at: at + 1_600,
        attributes: {
          ...{ model, 'event.kind': 'response.completed', ttft_ms: 700 },
          ...{ input_token_count: 100_000, cached_token_count: 80_000, output_token_count: 1_000 },
        },
      },
      {
        name: 'codex.tool_decision',
        at: at + 1_700,
        attributes: { model, tool_name: name(model), decision: 'approved', source: 'User' },
      },
      {
        name: 'codex.tool_result',
        at: at + 2_000,
        attributes: {
          model,
          tool_name: name(model),
          success: at % 2 === 0,
          duration_ms: 300,
          'error.message': `exit ${at}: ${name(model)}`,
        },
      },
    ])
    await storeEvents(store, `session ${index}`, events)
  }
}

it('the day adds up: tokens without anything twice, cost by price, and a model without a price is named', async () => {
  const { page, open } = await openPage([], { fill: store => storeDay(store, ['gpt-5.1-codex', 'my-own-model']) })
  await open('/trends?from=24h')
  const card = (name: string) => page.getByRole('region', { name, exact: true })
  await card('Cost').getByText('my-own-model').first().waitFor()
  expect(await card('Tokens').locator('.readout').textContent()).toMatch(
    /from the cache 1\.92 M.*fresh 480 k.*output 24\.0 k/,
  )
  const facts = await page.locator('.facts').textContent()
  expect(facts).toMatch(/sessions2.*requests24.*tokens in2\.40 M 80 % cached.*errors24.*retries100\.0/)
  // The tests' server has no list of prices.
  expect(facts).toContain('costunknown 2 without a price')
  expect(await card('Cost').textContent()).toMatch(
    /Without a price: gpt-5\.1-codex \(1\.21 M tokens\), my-own-model \(1\.21 M/,
  )
  // What is unknown is drawn as no 0.
  expect(await card('Cost').locator('.readout, .plot').count()).toBe(0)
  const edit = card('Cost').getByRole('button', { name: 'edit prices' })
  await edit.click()
  await page.getByRole('spinbutton').first().focus()
  await page.keyboard.press('Escape')
  expect(await page.getByRole('spinbutton').count()).toBe(0)
  expect(await edit.evaluate(button => button === document.activeElement)).toBe(true)
  await edit.click()
  for (const [field, price] of [
    ['fresh input', '10'],
    ['from the cache', '1'],
    ['output', '100'],
  ] as const) {
    await page.getByRole('spinbutton', { name: `gpt-5.1-codex, ${field}` }).fill(price)
    await page.keyboard.press('Tab')
  }
  // What is no price counts for nothing, and is not left in its place.
  const output = page.getByRole('spinbutton', { name: 'gpt-5.1-codex, output' })
  for (const typed of ['-5', '1e400', '']) {
    await output.fill(typed)
    await output.press('Tab')
    await expect.poll(() => output.inputValue(), { message: typed }).toBe('100')
  }
  // 12 x (20,000 x 10 + 80,000 x 1 + 1,000 x 100) / 1,000,000
  await expect.poll(() => page.locator('.facts').textContent()).toContain('costat least $4.56 1 without a price')
  await page.reload()
  await expect.poll(() => page.locator('.facts').textContent()).toContain('$4.56')
  await expect
    .poll(() => card('Waiting for the model').textContent())
    .toMatch(/gpt-5\.1-codexheaders12400 ms.*first token12700 ms.*end122\.0 s/)
  expect(await card('Errors').textContent()).toContain('exit #: gpt-#.#-codex')
})

it('the period, the model and the agent are in the address, and a chart’s table leads to what is behind it', async () => {
  const { page, open } = await openPage([], { fill: store => storeDay(store, ['a', 'b']) })
  await open('/trends')
  await page.getByRole('region', { name: 'Tokens', exact: true }).waitFor()
  await page.getByRole('button', { name: '24 h' }).click()
  await page.getByRole('combobox', { name: 'model' }).selectOption('b')
  await expect.poll(() => new URL(page.url()).search).toBe('?from=24h&model=b')
  await expect.poll(() => page.locator('.facts').textContent()).toContain('requests12')
  const tokens = page.getByRole('region', { name: 'Tokens', exact: true })
  await tokens.getByText('as a table').click()
  await tokens.getByRole('row').nth(1).getByRole('link').click()
  await page.locator('.hit').first().waitFor()
  expect(await page.locator('.hit').count()).toBe(1)
  expect(await page.locator('.hit').textContent()).toContain('response')
  await page.goBack()
  await page.getByRole('region', { name: 'Tools' }).getByRole('link', { name: 'b', exact: true }).click()
  await expect.poll(() => page.locator('.hit').count()).toBe(12)
})

it('a query is copied as ClickHouse takes it, with its values', async () => {
  const { page, open } = await openPage([], {
    fill: store => storeDay(store, ['a']),
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  await open('/trends?from=24h&model=a')
  const tools = page.getByRole('region', { name: 'Tools' })
  await tools.getByRole('button', { name: 'copy query' }).click()
  await tools.getByText('copy query: done').waitFor()
  const sql = await page.evaluate(() => navigator.clipboard.readText())
  expect(sql).toMatch(/^SELECT .*FROM codex_events/s)
  expect(sql).toContain("'a' = ''")
  expect(sql).not.toContain('{')
})

it('a period without anything says so, and the way to what there is', async () => {
  const { page, open } = await openPage(['a-simple'])
  await open('/trends?from=24h')
  await page.getByText('Nothing was sent in the last 24 hours.').waitFor()
  await page.getByRole('link', { name: 'Show the whole store.' }).click()
  await page.getByRole('region', { name: 'Tokens', exact: true }).waitFor()
})

it(`${HOSTILE_TEXTS.length} hostile texts as models, tools and errors are texts, and nothing else`, async () => {
  const { page, open } = await openPage([], { fill: store => storeDay(store, HOSTILE_TEXTS) })
  await open('/trends?from=24h')
  await page.getByRole('region', { name: 'Errors' }).getByRole('link').first().waitFor()
  await page.getByRole('button', { name: 'edit prices' }).click()
  for (const summary of await page.getByText('as a table').all()) await summary.click()
  const found = await page.evaluate(() => ({
    foreign: document.querySelectorAll('main :is(img, iframe, object, embed, form, math, style, script)').length,
    links: [...document.links].filter(link => link.origin !== location.origin).length,
  }))
  expect(found).toEqual({ foreign: 0, links: 0 })
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    it(`axe finds nothing wrong with trends in ${colorScheme} at ${width} pixels, which are no wider than that`, async () => {
      const { page, open } = await openPage(['m-as-decline'], {
        fill: store => storeDay(store, ['gpt-5.1-codex', 'w'.repeat(300)]),
        colorScheme,
        viewport: { width, height: 900 },
      })
      await open('/trends?from=24h')
      await page.getByRole('region', { name: 'Errors' }).getByRole('link').first().waitFor()
      await page.getByText('end', { exact: true }).first().waitFor()
      await page.getByRole('button', { name: 'edit prices' }).click()
      for (const summary of await page.getByText('as a table').all()) await summary.click()
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    })
  }
}

it('numbers are held against the metrics of the same time, where there are any', async () => {
  const { page, store, open } = await openPage(['b-tool-ok'])
  await open('/trends?from=all')
  const check = page.locator('.check')
  await check.waitFor()
  expect(await check.textContent()).toBe(
    '✓ Events and metrics agree: 2 requests, 1 tool call, 2,468 input tokens in both',
  )
  // Of one model the metrics do not say everything.
  await open('/trends?from=all&model=gpt-5.1-codex')
  await page.getByRole('region', { name: 'Tools' }).getByRole('link').first().waitFor()
  expect(await check.count()).toBe(0)
  await importPaths(store, ...capturesOf('a-simple'))
  await open('/trends?from=all')
  await check.waitFor()
  expect(await check.textContent()).toMatch(
    /^≠ Events and metrics differ: 3 requests in events, 2 in metrics; 3,\d{3} input tokens in events, 2,468 in metrics\./,
  )
})

it('each number of the period leads to what is behind it', async () => {
  const { page, open } = await openPage(['b-tool-ok', 'd-429-then-ok'])
  await open('/trends?from=all')
  const facts = page.locator('.facts')
  await facts.waitFor()
  for (const [name, filter] of [
    ['requests', 'is:request'],
    ['tokens in', 'is:response'],
    ['tokens out', 'is:response'],
    ['errors', 'is:error'],
    ['retries', 'is:retry'],
  ] as const) {
    const fact = facts.locator('div', { has: page.locator('dt', { hasText: name }) })
    const link = fact.getByRole('link')
    const words = new URL((await link.getAttribute('href')) ?? '', page.url()).searchParams.get('q')
    expect(words).toMatch(new RegExp(`^${filter} before:`))
  }
  await facts
    .locator('div', { has: page.locator('dt', { hasText: 'errors' }) })
    .getByRole('link')
    .click()
  await page.locator('.hit-link').first().waitFor()
})
