import { expect, it } from 'vitest'
import { newestSession, openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

/** A request that was sent over a WebSocket. */
const request = { name: 'codex.websocket_request', attributes: { duration_ms: 2, success: true } }

it('an empty store shows where an agent sends to, the lines to copy, and refused requests with their cure', async () => {
  const { page, store } = await openPage([], { receiving: 'http://127.0.0.1:4318' })
  await page.getByRole('heading', { name: 'Waiting for the first event' }).waitFor()
  const panel = page.getByRole('tabpanel')
  expect(await panel.textContent()).toContain('endpoint = "http://127.0.0.1:4318/v1/logs"')
  for (const [agent, line] of [
    ['codex-demo', "codex-demo -c 'otel.exporter="],
    ['codex-demo', '"export PATH=$PWD/node_modules/.bin:$PATH"'],
    ['Claude Code', 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318'],
    ['Gemini CLI', '"otlpEndpoint": "http://127.0.0.1:4318"'],
    ['Copilot in VS Code', 'COPILOT_OTEL_ENDPOINT=http://127.0.0.1:4318'],
  ] as const) {
    await page.getByRole('tab', { name: agent }).click()
    expect(await panel.textContent()).toContain(line)
  }
  await store.refuse({
    ...{
      timeMs: Date.now(),
      transport: 'http',
      signal: undefined,
      method: 'POST',
      path: '/v1/log',
      userAgent: 'agent/1.2',
    },
    ...{ bytes: 3, status: 404, reason: 'no signal is received at /v1/log', cure: 'use /v1/logs' },
  })
  await page.getByText('use /v1/logs').waitFor()
  await page.getByText('sent by agent/1.2').waitFor()
  // The first event turns the screen into the list by itself.
  await storeEvents(store, 'first', [
    { name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'Hello there' } },
  ])
  await page.getByRole('link', { name: 'Hello there' }).waitFor()
})

it('the list tells what goes on, what probably waits for a person and what has ended, with the sums of the day', async () => {
  const now = Date.now()
  const { page } = await openPage(['d-500-then-ok', 'g-prompt-false'], {
    async fill(store) {
      await storeEvents(store, 'going', [
        { name: 'codex.user_prompt', at: now - 3_000, attributes: { prompt: 'Go on' } },
      ])
      await storeEvents(store, 'asking', [
        { name: 'codex.user_prompt', at: now - 40_000, attributes: { prompt: 'May I' } },
        {
          name: 'codex.api_request',
          at: now - 39_000,
          attributes: { duration_ms: 100, 'http.response.status_code': 200 },
        },
        {
          name: 'codex.sse_event',
          at: now - 38_500,
          attributes: { 'event.kind': 'response.function_call_arguments.done' },
        },
        {
          name: 'codex.sse_event',
          at: now - 38_000,
          attributes: { 'event.kind': 'response.completed', input_token_count: 1_500, output_token_count: 20 },
        },
      ])
    },
  })
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  expect(await row('Go on').textContent()).toContain('live')
  await expect.poll(() => row('May I').textContent()).toContain('waits')
  expect(await row('May I').textContent()).toMatch(/waits for you, probably, 0:\d\d/)
  expect(await row('Say hello please').textContent()).toMatch(/ended.*\+1.*1\.23 k.*1 error/)
  // A prompt that was not sent is shown as that, and what sends it.
  expect(await row('prompt not sent').textContent()).toContain('log_user_prompt = true')
  expect(await page.locator('.today').textContent()).toMatch(
    /live 1.*waits for you 1.*today 2 sessions.*1\.50 k tokens in/,
  )
  // One hour of the day has tokens; the table is in trends.
  const hours = page.locator('.today .sparkline rect')
  const heights = await hours.evaluateAll(bars => bars.map(bar => Number(bar.getAttribute('height'))))
  expect(heights.filter(height => height > 0)).toEqual([10])
  expect(await page.locator('.today a').first().getAttribute('href')).toBe('/trends?from=24h')
  await row('May I').press('Enter')
  const waiting = page.getByRole('row').filter({ hasText: 'probably for you' })
  await expect.poll(() => waiting.textContent()).toMatch(/waits.*neither decided nor ended.*\d:\d\d/)
})

it('a person who took no time at all to decide is 0 ms in the list and at the head of the session', async () => {
  const at = Date.now() - 60_000
  const { page } = await openPage([], {
    fill: store =>
      storeEvents(store, 'asked', [
        { name: 'codex.user_prompt', at, attributes: { prompt: 'Do it' } },
        { name: 'codex.sse_event', at: at + 100 },
        { name: 'codex.tool_decision', at: at + 100, attributes: { decision: 'approved', source: 'User' } },
        { name: 'codex.sse_event', at: at + 200 },
      ]),
  })
  await page.getByRole('gridcell', { name: '0 ms', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Do it' }).click()
  await page
    .getByRole('region', { name: 'The session' })
    .getByText(/^you 0 ms/)
    .waitFor()
})

it('what was read from a file has ended, however new it is', async () => {
  const { page } = await openPage([], {
    file: 'tour.jsonl',
    fill: store =>
      storeEvents(store, 'new', [{ name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'Just now' } }]),
  })
  const row = page.getByRole('row').filter({ hasText: 'Just now' })
  expect(await row.textContent()).toContain('ended')
  expect(await page.getByText('following').count()).toBe(0)
  await row.getByRole('link').click()
  expect(await page.getByRole('heading', { name: 'Just now' }).textContent()).toContain('ended')
})

it('a session tells where its time went, who was waited for, and how its calls ended', async () => {
  const { page, store, open } = await openPage(['m-as-decline'])
  await open(await newestSession(store))
  const grid = page.getByRole('grid', { name: 'What happened' })
  await grid.getByText('you: declined').waitFor()
  await grid.getByText('touch ').first().waitFor()
  expect(await page.locator('.session-head').textContent()).toMatch(/model 90 ms.*tools 2 ms.*you 13 ms/)
  const rows = await grid.getByRole('row').allTextContents()
  expect(rows.find(text => text.includes('you: declined'))).toMatch(/approval.*exec_command.*waited 13 ms/)
  expect(rows.find(text => text.includes('touch '))).toMatch(
    /tool.*touch .*escalated-file.*not run, declined by you.*15 ms/,
  )
  expect(rows.filter(text => text.includes('response'))[0]).toMatch(
    /36 ms, headers after 9 ms, first token 4 ms.*1\.23 k in \(1\.00 k cached\) → 56 out/,
  )
})

it('a request over a WebSocket says so, and is one row with its response', async () => {
  const at = Date.now() - 60_000
  const { page, open } = await openPage([], {
    fill: store =>
      storeEvents(store, 'socket', [
        { name: 'codex.user_prompt', at, attributes: { prompt: 'Over a socket' } },
        { name: 'codex.websocket_connect', at: at + 10, attributes: { duration_ms: 9, success: true } },
        // Without an answer that is counted, as one that prepares the connection has none.
        { ...request, at: at + 20 },
        { ...request, at: at + 30 },
        {
          name: 'codex.sse_event',
          at: at + 530,
          attributes: { 'event.kind': 'response.completed', input_token_count: 7, output_token_count: 2, ttft_ms: 90 },
        },
      ]),
  })
  await open('/s/socket')
  const grid = page.getByRole('grid', { name: 'What happened' })
  await grid.locator('.kind-response').waitFor()
  expect(await grid.locator('.kind-response').textContent()).toMatch(/502 ms, over a WebSocket, first token 90 ms/)
  const [alone, ...others] = await grid.locator('.kind-request').allTextContents()
  expect(others).toEqual([])
  expect(alone).toMatch(/over a WebSocket → no response reported/)
  await grid.locator('.kind-request').press('Enter')
  await page.getByText('No response to this request is reported').waitFor()
  await grid.locator('.kind-response').press('Enter')
  await page.getByText('sent over a WebSocket in').waitFor()
})

it('a request whose response broke off says when it was sent again, and the pause before that is time of its own', async () => {
  const at = Date.now() - 60_000
  const { page, open } = await openPage([], {
    fill: store =>
      storeEvents(store, 'socket', [
        { name: 'codex.user_prompt', at, attributes: { prompt: 'Over a socket' } },
        { ...request, at: at + 2 },
        {
          name: 'codex.sse_event',
          at: at + 40,
          attributes: { 'event.kind': 'response.completed', 'error.message': 'the model is busy' },
        },
        { name: 'codex.websocket_connect', at: at + 250, attributes: { duration_ms: 10, success: true } },
        { ...request, at: at + 252 },
        {
          name: 'codex.sse_event',
          at: at + 300,
          attributes: { 'event.kind': 'response.completed', input_token_count: 7, output_token_count: 2 },
        },
      ]),
  })
  await open('/s/socket')
  const failed = page.locator('.kind-request')
  await failed.waitFor()
  expect(await failed.textContent()).toMatch(/over a WebSocket → sent again after 200 ms/)
  expect(await page.locator('.parts').first().textContent()).toMatch(/pause before a retry 200 ms/)
  await failed.press('Enter')
  await page.getByRole('region', { name: 'The event' }).getByText('tried again after').waitFor()
})

it('sessions with one title are told apart by the beginnings of their ids', async () => {
  const { page } = await openPage([], {
    async fill(store) {
      for (const id of ['01a229a0-d038', '01a229a0-d202'])
        await storeEvents(store, id, [
          { name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'The tour' } },
        ])
      await storeEvents(store, '01a229a0-d203', [
        { name: 'codex.user_prompt', at: Date.now(), attributes: { prompt: 'Another' } },
      ])
    },
  })
  await page.getByRole('row').filter({ hasText: 'Another' }).waitFor()
  const from = await page.locator('.session-row .from').allTextContents()
  expect(from.map(text => text.replaceAll('\u00a0', ' ')).toSorted()).toEqual([
    'codex_exec · test-model',
    'codex_exec · test-model · 01a229a0-d0',
    'codex_exec · test-model · 01a229a0-d2',
  ])
})

it('a command that exits with 3 has exited 3 and not failed, and its texts open below it', async () => {
  const { page, store, open } = await openPage(['c-tool-exit3'])
  await open(await newestSession(store))
  const row = page.getByRole('row').filter({ hasText: 'exit 3' })
  await row.getByText('exited 3').waitFor()
  expect(await page.locator('.session-head').textContent()).not.toContain('failed')
  await row.getByRole('button', { name: 'texts' }).click()
  expect(await row.locator('.texts').textContent()).toContain('out\nerr')
})

it('a refused request shows its retry, and the parts of a response are asked for when they are opened', async () => {
  const { page, store, open } = await openPage(['d-500-then-ok'])
  await open(await newestSession(store))
  const refused = page.getByRole('row').filter({ hasText: 'HTTP 500' })
  expect(await refused.textContent()).toMatch(/attempt 0 → sent again after \d+ ms/)
  const response = page.locator('.kind-response')
  await response.getByRole('button', { name: 'parts' }).click()
  await response.getByText('response.output_text.delta').waitFor()
})

it('an event has an address of its own, with everything that is known of it and the record as it came', async () => {
  const { page, store, open } = await openPage(['m-as-accept'])
  const session = await newestSession(store)
  const [tool] = (
    await store.query('timeline', { session: session.slice(3), stream: 0, after: 0, limit: 100, offset: 0 })
  ).filter(({ role }) => role === 'tool')
  await open(`${session}/${tool?.event_id}`)
  const detail = page.getByRole('region', { name: 'The event' })
  await detail.getByRole('heading', { name: 'codex.tool_result' }).waitFor()
  await detail.getByText('Raw record').click()
  await detail.locator('pre', { hasText: '"key": "tool_name"' }).waitFor()
  await detail.getByText('Attributes', { exact: true }).click()
  await detail.getByRole('row', { name: 'tool_name exec_command' }).first().waitFor()
  expect(await detail.getByRole('row', { name: 'tool_name exec_command' }).count()).toBe(1)
  await detail.getByRole('link', { name: 'the decision' }).click()
  await detail.getByRole('heading', { name: 'codex.tool_decision' }).waitFor()
  await page.goBack()
  await detail.getByRole('heading', { name: 'codex.tool_result' }).waitFor()
  await detail.getByRole('link', { name: 'everything in all sessions' }).click()
  await page.locator('.hit-link').nth(1).waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe(`call:${tool?.call_id}`)
})

it('a row that is opened stays in view, where the list has become narrower', async () => {
  const start = Date.now() - 600_000
  const tools = Array.from({ length: 40 }, (_, index) => ({
    name: 'codex.tool_result',
    at: start + index * 1_000,
    attributes: { tool_name: 'shell', success: true, duration_ms: 5, arguments: `{"cmd":"make ${index}"}` },
  }))
  const { page, open } = await openPage([], { fill: store => storeEvents(store, 'tools', tools) })
  await open('/s/tools')
  const row = page.getByRole('row').filter({ hasText: 'make 14' })
  await row.getByText('make 14').click()
  await page.getByRole('region', { name: 'The event' }).waitFor()
  const grid = page.getByRole('grid', { name: 'What happened' })
  await expect
    .poll(async () => {
      const [inner, outer] = [await row.boundingBox(), await grid.boundingBox()]
      return inner && outer && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height + 1
    })
    .toBe(true)
})

it('events that arrive are drawn by themselves, and do not move what is read', async () => {
  const start = Date.now() - 600_000
  const prompts = Array.from({ length: 80 }, (_, index) => ({
    name: 'codex.user_prompt',
    at: start + index * 1_000,
    attributes: { prompt: `Prompt ${index}` },
  }))
  const { page, store, open } = await openPage([], { fill: store => storeEvents(store, 'long', prompts) })
  await open('/s/long')
  const grid = page.getByRole('grid', { name: 'What happened' })
  await grid.getByText('Prompt 0', { exact: true }).waitFor()
  await grid.evaluate(element => element.scrollTo(0, 1_000))
  await expect.poll(() => grid.evaluate(element => element.scrollTop)).toBeGreaterThan(900)
  const top = () =>
    grid.evaluate(element => {
      const edge = element.getBoundingClientRect().top
      const row = [...element.querySelectorAll('[role=row]')].find(row => row.getBoundingClientRect().bottom > edge + 1)
      const prompt = row?.querySelector('.turn-prompt')?.textContent
      return `${prompt} ${Math.round(row?.getBoundingClientRect().top ?? 0)}`
    })
  /** Rows that are drawn for the first time may have another height than was assumed. */
  const settled = async (): Promise<string> => {
    let last = ''
    const isSettled = async (): Promise<boolean> => {
      const before = last
      last = await top()
      return last === before && last.startsWith('Prompt')
    }
    await expect.poll(isSettled, { interval: 100 }).toBe(true)
    return last
  }
  const before = await settled()
  // One arrives between those that are above, the others at the end.
  await storeEvents(store, 'long', [
    { name: 'codex.user_prompt', at: start + 1_500, attributes: { prompt: 'Late' } },
    { name: 'codex.user_prompt', at: start + 90_000, attributes: { prompt: 'New' } },
  ])
  await page.getByRole('button', { name: 'paused · 2 new' }).waitFor()
  expect(await settled()).toBe(before)
  await page.keyboard.press('.')
  await grid.getByText('New', { exact: true }).waitFor()
  await storeEvents(store, 'long', [
    { name: 'codex.user_prompt', at: start + 91_000, attributes: { prompt: 'Newest' } },
  ])
  await grid.getByText('Newest', { exact: true }).waitFor()
})

it('the page says when its token is missing, and when the viewer has ended', async () => {
  const { page, server, store, open } = await openPage(['a-simple'])
  await page.getByRole('link', { name: 'Say hello please' }).waitFor()
  expect(page.url()).toBe(`http://127.0.0.1:${server.port}/`)
  const [session] = await store.query('sessions', { from: 0, to: 8.64e15, limit: 1 })
  await page.context().clearCookies()
  await open(`/s/${session?.conversation_id}`)
  await page.getByRole('heading', { name: 'This address needs its token' }).waitFor()
  await page.goto(server.url)
  await page.getByRole('link', { name: 'Say hello please' }).waitFor()
  await server.close(0)
  await page.getByRole('alert').getByText('The viewer has ended').waitFor()
  // What had arrived stays.
  await page.getByRole('link', { name: 'Say hello please' }).waitFor()
})
