import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { spanId, storeSpans, TRACE } from '../../src/spans.fixture.ts'
import { violations } from './axe.fixture.ts'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'

useBrowser()

const box = (page: Page) => page.getByRole('searchbox', { name: 'Words, phrases and filters' })
const captures = ['b-tool-ok', 'c-tool-exit3', 'd-429-then-ok', 'm-as-decline']

it('what is typed is found while it is typed, with its hits marked, and is in the address', async () => {
  const { page } = await openPage(captures)
  await page.getByRole('link', { name: 'Search' }).click()
  await box(page).waitFor()
  await page.keyboard.type('hi-from')
  await page.locator('.hit mark').first().waitFor()
  expect(await page.locator('.hit mark').allTextContents()).toContain('hi-from')
  expect(new URL(page.url()).searchParams.get('q')).toBe('hi-from')
  await page.locator('.hit-link').first().click()
  await page.getByRole('region', { name: 'The event' }).waitFor()
  await page.goBack()
  await expect.poll(() => box(page).inputValue()).toBe('hi-from')
})

it('a span of a session without events is found, and leads to itself in its trace', async () => {
  const said = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'where is the lighthouse' }] }])
  const { page, open } = await openPage([], {
    fill: store =>
      storeSpans(store, [
        { id: 1, name: 'turn' },
        {
          ...{ id: 2, parent: 1, name: 'chat model-a' },
          attributes: {
            ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': 'c', 'gen_ai.request.model': 'model-a' },
            'gen_ai.input.messages': said,
          },
        },
      ]),
  })
  await open('/search?q=is%3Aresponse')
  await page.locator('.hit').getByText('where is the lighthouse').waitFor()
  await open('/search?q=lighthouse')
  await page.locator('.hit mark').waitFor()
  await page.locator('.hit-link').click()
  await page.getByRole('complementary', { name: 'The span' }).getByRole('heading', { name: 'chat model-a' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/t/${TRACE}`)
  expect(new URL(page.url()).searchParams.get('span')).toBe(spanId(2))
})

it('filters are chips that are taken away, and those of the store can be chosen', async () => {
  const { page, open } = await openPage(captures)
  await open('/search')
  await page.getByRole('button', { name: 'tool:exec_command' }).click()
  await page.locator('.hit').first().waitFor()
  await page.keyboard.type('exit')
  await expect.poll(() => box(page).inputValue()).toBe('tool:exec_command exit')
  await expect.poll(() => page.getByRole('status').textContent()).toBe('2 events')
  await page.getByRole('button', { name: 'remove tool:exec_command' }).click()
  expect(await box(page).inputValue()).toBe('exit')
  expect(await page.locator('.chips').count()).toBe(0)
})

it('a filter that has no value yet is answered with its values, and the chosen one takes its place', async () => {
  const { page, open } = await openPage(captures)
  await open('/search')
  await page.getByRole('button', { name: 'tool:exec_command' }).waitFor()
  await box(page).fill('hi-from-tool is:')
  await expect
    .poll(() => page.locator('.suggestions button').allTextContents())
    .toSatisfy((texts: string[]) => texts.includes('is:tool') && texts.every(text => text.startsWith('is:')))
  await page.getByRole('button', { name: 'is:tool' }).click()
  expect(await box(page).inputValue()).toBe('hi-from-tool is:tool ')
  await page.locator('.hit').first().waitFor()
})

it('a hit has the name that it has in its session', async () => {
  const { page, open } = await openPage(['d-500-then-ok'], {
    fill: store =>
      storeEvents(store, 'broken', [
        { name: 'codex.sse_event', at: Date.now() - 1_000, attributes: { 'error.message': 'stream disconnected' } },
        { name: 'codex.websocket_connect', at: Date.now(), attributes: { duration_ms: 7_000 } },
      ]),
  })
  await open('/search?q=disconnected')
  await page.getByRole('link', { name: 'error', exact: true }).waitFor()
  await open('/search?q=slower%3A7s%20session%3Abroken')
  await page.getByRole('link', { name: 'websocket connect', exact: true }).waitFor()
})

it('a filter that there is not is answered with those that there are, and nothing found with why', async () => {
  const { page, open } = await openPage(captures)
  await open('/search?q=tol%3Aexec_command')
  expect(await page.getByRole('alert').textContent()).toMatch(/^there is no filter tol: ; there are tool:, model:/)
  await open('/search?q=zebra')
  await page.getByText('No event has all of that.').waitFor()
})

it('the arrows, j and k go through the hits and back to what was typed, and Enter opens one', async () => {
  const { page, open } = await openPage(captures)
  await open('/search?q=is%3Atool')
  await page.locator('.hit').nth(1).waitFor()
  const links = await page.locator('.hit-link').all()
  const isFocused = (index: number) => links[index]?.evaluate(link => link === document.activeElement)
  await page.keyboard.press('ArrowDown')
  expect(await isFocused(0)).toBe(true)
  await page.keyboard.press('j')
  expect(await isFocused(1)).toBe(true)
  await page.keyboard.press('k')
  await page.keyboard.press('k')
  expect(await box(page).evaluate(input => input === document.activeElement)).toBe(true)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'The event' }).waitFor()
  await page.keyboard.press('/')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/search')
})

it(`${HOSTILE_TEXTS.length} hostile texts are found as texts, and asked for as texts`, async () => {
  const at = Date.now() - 60_000
  const { page, open } = await openPage([], {
    async fill(store) {
      for (const [index, text] of HOSTILE_TEXTS.entries()) {
        await storeEvents(store, `${index} ${text.slice(0, 100)}`, [
          { name: 'codex.user_prompt', at: at + index, attributes: { prompt: `${text} needle` } },
          {
            name: 'codex.tool_result',
            at: at + index,
            attributes: { tool_name: text, success: false, arguments: `needle ${text}`, 'error.message': text },
          },
        ])
      }
    },
  })
  for (const words of [
    'needle is:prompt',
    'needle is:tool',
    'is:error',
    ...HOSTILE_TEXTS.map(text => text.slice(0, 500)),
  ]) {
    await open(`/search?q=${encodeURIComponent(words)}`)
    await page.locator('.hits, .empty, .bad, .suggestions').first().waitFor()
    const found = await page.evaluate(() => ({
      foreign: document.querySelectorAll('main :is(img, iframe, object, embed, math, style, script)').length,
      links: [...document.links].filter(link => link.origin !== location.origin).length,
    }))
    expect(found).toEqual({ foreign: 0, links: 0 })
  }
})

it('the longest text that can be typed is looked for, and is still there when its page is loaded again', async () => {
  const { page, open } = await openPage(['a-simple'])
  await open('/search')
  const input = page.getByRole('searchbox')
  await input.focus()
  await page.keyboard.insertText('修'.repeat(9_000))
  await page.getByText('No event has all of that.').waitFor()
  await page.reload()
  await page.getByText('No event has all of that.').waitFor()
  expect((await input.inputValue()).length).toBe(8_192)
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    it(`axe finds nothing wrong with the search in ${colorScheme} at ${width} pixels, which is no wider than that`, async () => {
      const { page, open } = await openPage(captures, { colorScheme, viewport: { width, height: 900 } })
      const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      for (const [words, shown] of [
        ['', '.suggestions button'],
        ['tool:exec_command exit', '.hit mark'],
        ['is:error', '.hit.trouble'],
        ['is:wrong', '.bad'],
        ['zebra', '.empty'],
      ] as const) {
        await open(`/search?q=${encodeURIComponent(words)}`)
        await page.locator(shown).first().waitFor()
        expect(await violations(page)).toEqual([])
        expect(await tooWide()).toBeLessThanOrEqual(0)
      }
    })
  }
}
