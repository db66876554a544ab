import { expect, it } from 'vitest'
import { newestSession, openPage, storeEvents, useBrowser } from './browser.fixture.ts'
import { spanId, storeSpans, TRACE } from './spans.fixture.ts'

useBrowser()

it('the address of a session has what is opened and the place of the list, and gives the same view again', async () => {
  const at = Date.now() - 3_600_000
  const { page, open } = await openPage([], {
    fill: store =>
      storeEvents(
        store,
        'placed',
        Array.from({ length: 150 }, (_, index) => ({
          name: 'codex.tool_result',
          at: at + index * 1_000,
          attributes: { call_id: `c${index}`, tool_name: `tool_${index}`, success: true, arguments: '{}', output: 'x' },
        })),
      ),
  })
  await open('/s/placed')
  const grid = page.getByRole('grid', { name: 'What happened' })
  const row = (name: string) => grid.getByRole('row').filter({ has: page.getByText(name, { exact: true }) })
  await row('tool_1').getByRole('button', { name: 'texts' }).click()
  await row('tool_1').locator('.texts').waitFor()
  await grid.evaluate(element => element.scrollTo(0, 2_000))
  await expect.poll(() => new URL(page.url()).searchParams.get('t')).not.toBeNull()
  const seen = () =>
    grid.evaluate(element => {
      const { top } = element.getBoundingClientRect()
      return document
        .elementFromPoint(300, top + 8)
        ?.closest('[role=row]')
        ?.getAttribute('data-key')
    })
  const first = await seen()
  const search = new URL(page.url()).search
  expect(search).toMatch(/^\?show=\d+&t=\d+$/)
  await page.reload()
  await expect.poll(seen).toBe(first)
  // Somewhere else and back, it is the same as well.
  await page.getByRole('link', { name: 'Trends' }).click()
  await page.getByRole('heading', { name: 'Trends' }).waitFor()
  await page.goBack()
  await expect.poll(seen).toBe(first)
  await grid.evaluate(element => element.scrollTo(0, 0))
  await row('tool_1').locator('.texts').waitFor()
  await expect.poll(() => new URL(page.url()).searchParams.has('t')).toBe(false)
})

it('an address with an event and show=sse has the parts of its stream open, and a record its parts', async () => {
  const { page, store, open } = await openPage(['d-500-then-ok'])
  const session = await newestSession(store)
  const rows = await store.query('timeline', { session: session.slice(3), stream: 0, after: 0, limit: 99, offset: 0 })
  const response = rows.find(({ role }) => role === 'response')
  await open(`${session}/${response?.event_id}?show=sse,raw`)
  const parts = page.locator('.kind-response').getByText('response.output_text.delta')
  await parts.waitFor()
  const detail = page.getByRole('region', { name: 'The event' })
  await detail.locator('pre').last().getByText('"key"').first().waitFor()
  await detail.getByText('Raw record').click()
  await expect.poll(() => new URL(page.url()).search).toBe('?show=sse')
  await page.locator('.kind-response').getByRole('button', { name: 'parts' }).click()
  await parts.waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe('')
})

it('the filters of trends are steps to go back to, and its stacks and tables are in the address', async () => {
  const { page, open } = await openPage(['a-simple'])
  await open('/trends?from=all')
  const tokens = page.getByRole('region', { name: 'Tokens', exact: true })
  await tokens.getByRole('button', { name: 'by model' }).click()
  await tokens.getByText('as a table').click()
  await tokens.getByRole('columnheader', { name: 'gpt-5.1-codex' }).waitFor()
  await expect.poll(() => new URL(page.url()).search).toBe('?from=all&stack=model&show=tokens')
  await page.reload()
  await tokens.getByRole('columnheader', { name: 'gpt-5.1-codex' }).waitFor()
  await page.getByRole('button', { name: '24 h' }).click()
  await page.getByText('Nothing was sent in the last 24 hours.').waitFor()
  await page.goBack()
  await tokens.getByRole('columnheader', { name: 'gpt-5.1-codex' }).waitFor()
  await page.goBack()
  await expect.poll(() => new URL(page.url()).search).toBe('?from=all')
})

it('what is unfolded, closed and zoomed to in a trace is in its address', async () => {
  const { page, open } = await openPage([], {
    fill: store =>
      storeSpans(store, [
        { id: 1, name: 'turn', duration: 100 },
        { id: 2, parent: 1, name: 'chat a', duration: 40, attributes: { 'gen_ai.operation.name': 'chat' } },
        { id: 3, parent: 2, name: 'inside' },
        { id: 4, parent: 1, name: 'chat b', start: 60, attributes: { 'gen_ai.operation.name': 'chat' } },
      ]),
  })
  await open(`/t/${TRACE}?unfolded=${spanId(2)}&zoom=${spanId(2)}`)
  const grid = page.getByRole('treegrid', { name: 'Spans' })
  await grid.getByText('inside').waitFor()
  expect(await grid.getByRole('row', { name: /chat b/ }).textContent()).toContain('later')
  await page.getByRole('button', { name: 'the whole trace' }).click()
  await grid.getByRole('row', { name: /chat a/ }).press('ArrowLeft')
  await grid.getByText('inside').waitFor({ state: 'detached' })
  await expect.poll(() => new URL(page.url()).search).toBe(`?unfolded=${spanId(2)}&closed=${spanId(2)}`)
  await page.goBack()
  await page.getByRole('button', { name: 'the whole trace' }).waitFor()
})
