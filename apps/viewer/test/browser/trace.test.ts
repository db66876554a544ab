import { expect, it } from 'vitest'
import { spanId, storeSpans, type TestSpan, TRACE } from '../../src/spans.fixture.ts'
import { violations } from './axe.fixture.ts'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'

useBrowser()

const CODEX_TRACE = '/t/c6ffedec792a6d8010e4aed288de60ae'
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.conversation.id': 'c', 'gen_ai.request.model': 'm' }

it('a turn of the Codex CLI is folded to what a person knows, and unfolds to every span', async () => {
  const { page, open } = await openPage(['b-tool-ok'])
  await open(CODEX_TRACE)
  const grid = page.getByRole('treegrid', { name: 'Spans' })
  await grid.getByText('exec_command', { exact: true }).waitFor()
  expect(await page.locator('.trace-head').textContent()).toMatch(
    /turn\/start.*212 ms · 348 spans, 339 of them internal/,
  )
  expect(Number(await grid.getAttribute('aria-rowcount'))).toBeLessThan(20)
  await page.getByRole('button', { name: 'unfold 339 internal spans' }).click()
  await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('349')
  await page.getByRole('button', { name: 'fold 339 internal spans' }).click()
  await grid.getByText('unfold 17 internal spans').click()
  await grid.getByText('unified_exec.open_session').waitFor()
})

it('a span has an address of its own, its attributes and events, and leads to the session and back', async () => {
  const { page, open } = await openPage(['b-tool-ok'])
  await open(CODEX_TRACE)
  await page
    .getByRole('row', { name: /exec_command/ })
    .first()
    .click()
  const detail = page.getByRole('complementary', { name: 'The span' })
  await detail.getByRole('row', { name: 'tool_name exec_command' }).first().waitFor()
  await detail.getByText('codex.tool_result_ready').first().waitFor()
  expect(new URL(page.url()).searchParams.get('span')).toMatch(/^[0-9a-f]{16}$/)
  await page.reload()
  await detail.getByRole('heading', { name: 'exec_command' }).waitFor()
  await detail.getByRole('link', { name: 'what the session logged meanwhile' }).click()
  await page.locator('.hit').first().waitFor()
  expect(await page.locator('.hit').first().textContent()).toContain('exec_command')
  await page.goBack()
  await page.getByRole('link', { name: 'Run echo' }).click()
  await page.getByRole('grid', { name: 'What happened' }).waitFor()
})

it('a call that a person declined did not run, and is no error', async () => {
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'conversation.id': 'c' }
  const { page, open } = await openPage([], {
    async fill(store) {
      await storeSpans(store, [
        { id: 1, name: 'turn', duration: 100 },
        { id: 2, parent: 1, name: 'tool a', attributes: { ...tool, 'gen_ai.tool.call.id': 'a' }, error: '' },
        { id: 3, parent: 1, name: 'tool b', attributes: { ...tool, 'gen_ai.tool.call.id': 'b' }, error: '' },
        { id: 4, parent: 1, name: 'tool c', attributes: { ...tool, 'error.type': 'rejected' }, error: '' },
      ])
      await storeEvents(store, 'c', [
        {
          name: 'codex.tool_decision',
          at: Date.now(),
          attributes: { call_id: 'a', tool_name: 'shell', decision: 'denied', source: 'User' },
        },
      ])
    },
  })
  await open(`/t/${TRACE}`)
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
  await row('tool a').waitFor()
  expect(await row('tool a').textContent()).toContain('not run, declined by you')
  expect(await row('tool b').textContent()).toContain('failed')
  expect(await row('tool c').textContent()).toMatch(/not run, declined(?! by)/)
  await page.getByRole('button', { name: 'next error (1)' }).waitFor()
  await row('tool a').click()
  await page.getByRole('complementary', { name: 'The span' }).getByText('not run, declined by you').waitFor()
})

it('the arrows fold and unfold, go to what is above, and j, k, e, z and Escape do what the help says', async () => {
  const { page, open } = await openPage([], {
    fill: store =>
      storeSpans(store, [
        { id: 1, name: 'turn', duration: 100 },
        { id: 2, parent: 1, name: 'chat a', attributes: chat },
        { id: 3, parent: 2, name: 'inside' },
        { id: 4, parent: 1, name: 'chat b', start: 50, attributes: chat, error: 'it broke' },
      ]),
  })
  await open(`/t/${TRACE}`)
  const grid = page.getByRole('treegrid', { name: 'Spans' })
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  const names = async () => {
    const [, ...rows] = await grid.getByRole('row').allTextContents()
    return rows.map(row => /(?:turn|chat [ab]|inside|unfold \d+ internal span)/.exec(row)?.[0])
  }
  await grid.getByText('chat b').waitFor()
  expect(await names()).toEqual(['turn', 'chat a', 'unfold 1 internal span', 'chat b'])
  await grid.getByRole('row', { name: /turn/ }).focus()
  for (const key of ['j', 'j', 'ArrowRight']) await page.keyboard.press(key)
  await expect.poll(names).toEqual(['turn', 'chat a', 'inside', 'chat b'])
  await grid.getByText('inside').click()
  await page.getByRole('heading', { name: 'inside' }).waitFor()
  await page.keyboard.press('Escape')
  expect(await focused()).toContain('inside')
  await page.keyboard.press('ArrowLeft')
  expect(await focused()).toContain('chat a')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(names).toEqual(['turn', 'chat a', 'chat b'])
  await page.keyboard.press('k')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(names).toEqual(['turn'])
  // The next error is shown, whatever is closed above it.
  await page.keyboard.press('e')
  await page.getByText('it broke').waitFor()
  expect(await names()).toContain('chat b')
  await page.keyboard.press('Escape')
  await page.keyboard.press('z')
  await page.getByRole('button', { name: 'the whole trace' }).waitFor()
  await page.keyboard.press('Escape')
  expect(await page.getByRole('button', { name: 'the whole trace' }).count()).toBe(0)
})

it('each of the errors that begin at one time is the next one once', async () => {
  const { page, open } = await openPage([], {
    fill: store =>
      storeSpans(store, [
        { id: 1, name: 'turn', start: 5, error: 'all' },
        ...[2, 3, 4].map(id => ({ id, parent: 1, name: `part ${id}`, start: 5, error: `broke ${id}` })),
      ]),
  })
  await open(`/t/${TRACE}`)
  const detail = page.getByRole('complementary', { name: 'The span' })
  for (const name of ['turn', 'part 2', 'part 3', 'part 4', 'turn']) {
    await page.getByRole('button', { name: 'next error (4)' }).click()
    await detail.getByRole('heading', { name, exact: true }).waitFor()
  }
})

it('a trace without its root, with orphans and with a clock that jumped is shown, and says so', async () => {
  const { page, open } = await openPage([], {
    fill: store =>
      storeSpans(store, [
        { id: 2, parent: 1, name: 'chat a', start: 100, duration: 50, attributes: chat, links: ['cd'.repeat(16)] },
        { id: 3, parent: 99, name: 'lost', start: 110 },
        { id: 4, parent: 2, name: 'chat early', start: 20, attributes: chat },
        { id: 5, parent: 2, name: 'chat far', start: 9_000_000, attributes: chat },
      ]),
  })
  await open(`/t/${TRACE}`)
  await page.getByText('lost').waitFor()
  const head = await page.locator('.trace-head').textContent()
  expect(head).toContain('2 without the parent that they name')
  expect(head).toContain('1 that began before their parents')
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
  expect(await row('chat early').textContent()).toContain('began before its parent')
  // The jump of hours does not make the rest a hair.
  expect(await row('chat far').textContent()).toContain('later ▸')
  await row('chat a').click()
  expect(await page.getByRole('link', { name: /^trace cdcd/ }).getAttribute('href')).toBe(
    `/t/${'cd'.repeat(16)}?span=${spanId(1)}`,
  )
  await open('/t/00')
  await page.getByRole('heading', { name: 'This trace has no spans here' }).waitFor()
})

it('80,000 spans are scrolled, folded and searched for errors without more than 60 rows in the document', async () => {
  const spans: TestSpan[] = Array.from({ length: 80_000 }, (_, index) => ({
    id: index + 1,
    ...(index > 0 && { parent: index % 40 === 1 ? 1 : index }),
    name: index === 0 ? 'turn' : index % 40 === 1 ? `chat ${index}` : `inside ${index}`,
    ...(index === 0 && { duration: 80_100 }),
    ...(index % 40 === 1 && { attributes: chat }),
    ...(index === 70_000 && { error: 'far below' }),
  }))
  const { page, open } = await openPage([], { fill: store => storeSpans(store, spans) })
  await open(`/t/${TRACE}`)
  const grid = page.getByRole('treegrid', { name: 'Spans' })
  await grid.getByText('chat 1', { exact: true }).waitFor({ timeout: 30_000 })
  await page.getByRole('button', { name: /^unfold 77,998/ }).click()
  await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('80001')
  for (const part of [0.25, 0.6, 1]) {
    await grid.evaluate((element, part) => element.scrollTo(0, element.scrollHeight * part), part)
    await expect
      .poll(() => grid.getByRole('row').last().textContent())
      .toMatch(new RegExp(`(?:chat|inside) ${String(80_000 * part).slice(0, 1)}|inside 79999`))
    expect(await grid.getByRole('row').count()).toBeLessThan(60)
  }
  // A key is answered in a time that a person does not notice, with every span shown.
  await grid.evaluate(element => element.scrollTo(0, 0))
  await grid.getByRole('row', { name: /turn/ }).focus()
  for (const [key, count] of [
    ['ArrowLeft', '2'],
    ['ArrowRight', '80001'],
  ] as const) {
    const took = await grid.evaluate(
      (element, [key, count]) =>
        new Promise<number>(resolve => {
          const started = performance.now()
          document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
          const look = (): void => {
            if (element.getAttribute('aria-rowcount') === count) resolve(performance.now() - started)
            else requestAnimationFrame(look)
          }
          look()
        }),
      [key, count] as const,
    )
    expect(took).toBeLessThan(3_000)
  }
  await page.keyboard.press('e')
  await page.getByText('far below').waitFor()
  expect(await grid.getByRole('row').count()).toBeLessThan(60)
})

it(`${HOSTILE_TEXTS.length} hostile texts as names, errors, attributes and events are texts, and nothing else`, async () => {
  const spans: TestSpan[] = HOSTILE_TEXTS.map((text, index) => ({
    id: index + 2,
    parent: 1,
    name: text,
    error: text,
    attributes: { ...chat, [text]: text, 'gen_ai.request.model': text, 'gen_ai.tool.name': text },
    events: [{ name: text, at: index }],
  }))
  const { page, open } = await openPage([], { fill: store => storeSpans(store, [{ id: 1, name: 'turn' }, ...spans]) })
  await open(`/t/${TRACE}?span=${spanId(1)}`)
  await page.getByRole('heading', { name: 'turn', level: 2 }).waitFor()
  const hidden = '[\\u202a-\\u202e\\u2066-\\u2069\\u200b\\u2060\\ufeff\\u001b\\u0000]'
  for (const { id } of spans) {
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/t/${TRACE}?span=${spanId(id)}`)
    await page.locator('.detail .span-events').waitFor()
    const found = await page.evaluate(hidden => {
      const found = document.querySelectorAll('main :is(img, iframe, object, embed, form, math, style, script)')
      const links = [...document.links].filter(link => link.origin !== location.origin)
      return { foreign: found.length, links: links.length, visible: new RegExp(hidden).test(document.body.textContent) }
    }, hidden)
    expect(found).toEqual({ foreign: 0, links: 0, visible: false })
  }
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    it(`axe finds nothing wrong with a trace in ${colorScheme} at ${width} pixels, which is no wider than that`, async () => {
      const { page, open } = await openPage(['b-tool-ok'], { colorScheme, viewport: { width, height: 900 } })
      await open(CODEX_TRACE)
      await page.getByText('unfold 17 internal spans').waitFor()
      expect(await violations(page)).toEqual([])
      await page
        .getByRole('row', { name: /exec_command/ })
        .first()
        .click()
      await page.locator('.detail .span-events').waitFor()
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    })
  }
}

it('an event leads to the trace of its turn', async () => {
  const { page, open } = await openPage([], {
    async fill(store) {
      await storeEvents(store, 'c', [{ name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'Hello' } }])
      await storeSpans(store, [{ id: 1, name: 'turn', attributes: chat }])
    },
  })
  await open(`/t/${TRACE}`)
  await page.getByRole('link', { name: 'Hello' }).click()
  await page.getByRole('grid', { name: 'What happened' }).getByText('Hello').waitFor()
})
