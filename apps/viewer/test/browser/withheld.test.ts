import { expect, it } from 'vitest'
import { newestSession, openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

const AT = Date.UTC(2026, 10, 6, 10)

it('what was withheld, taken out or cut is shown as that, and never as a text of the session', async () => {
  const { page, store, open } = await openPage([], {
    fill: store =>
      storeEvents(store, 'withheld', [
        { name: 'codex.user_prompt', at: AT, attributes: { prompt: '[REDACTED]', prompt_length: 22 } },
        {
          name: 'codex.tool_result',
          at: AT + 1_000,
          attributes: {
            ...{ call_id: 'c1', tool_name: 'exec_command', success: true, duration_ms: 5 },
            ...{
              arguments: '{"cmd":"login --key [SCRUBBED:openai-key]"}',
              output: 'Ü and more',
              output_truncated: true,
            },
          },
        },
        {
          name: 'codex.tool_result',
          at: AT + 2_000,
          attributes: {
            ...{ call_id: 'c2', tool_name: 'exec_command', success: true, duration_ms: 5 },
            ...{ arguments: '[REDACTED length=7]', output: 'it prints [REDACTED] in the middle' },
          },
        },
      ]),
  })
  const chip = page.getByRole('row').locator('.withheld')
  await chip.waitFor()
  expect(await chip.textContent()).toBe('prompt not sent, 22 characters · log_user_prompt = true sends it')
  await open(await newestSession(store))
  const turn = page.locator('.turn .withheld')
  await turn.waitFor()
  expect(await turn.textContent()).toBe('prompt not sent, 22 characters · log_user_prompt = true sends it')
  const [first, second] = [page.locator('.entry.kind-tool').first(), page.locator('.entry.kind-tool').nth(1)]
  const secret = first.locator('.scrubbed')
  await secret.waitFor()
  expect(await secret.textContent()).toBe('openai-key')
  expect(await second.locator('.withheld').textContent()).toMatch(/^arguments not sent, 7 characters/)
  await first.getByRole('button', { name: 'texts' }).click()
  // The letter has two bytes.
  await first.getByText('cut by the agent: 11 bytes of it were sent').waitFor()
  await second.getByRole('button', { name: 'texts' }).click()
  await second.getByText('it prints [REDACTED] in the middle').waitFor()
  expect(await page.locator('main').textContent()).not.toMatch(/SCRUBBED|REDACTED length/)
  expect(await second.getByRole('region', { name: 'arguments' }).getByRole('button').count()).toBe(0)
})

it('the parts of a stream are shown by an address, and a turn is gone to by its number', async () => {
  const { page, store, open } = await openPage(['b-tool-two'], {
    fill: store =>
      storeEvents(
        store,
        'turns',
        Array.from({ length: 60 }, (_, turn) => ({
          name: 'codex.user_prompt',
          at: AT + turn * 1_000,
          attributes: { prompt: `Prompt number ${turn + 1}` },
        })),
      ),
  })
  await open('/s/turns')
  const isActive = (turn: number): Promise<boolean> =>
    page
      .locator('.list .turn')
      .filter({ hasText: `Prompt number ${turn}` })
      .evaluateAll(([row]) => row !== undefined && row === document.activeElement)
  await page.getByRole('navigation', { name: 'Turns' }).getByRole('button').nth(46).click()
  await expect.poll(() => isActive(47)).toBe(true)
  // In a narrow window a menu has them.
  await page.setViewportSize({ width: 390, height: 800 })
  await page.getByRole('combobox', { name: 'Turn' }).selectOption('12')
  await expect.poll(() => isActive(12)).toBe(true)
  await page.setViewportSize({ width: 1_280, height: 800 })

  const sessions = await store.query('sessions', { from: 0, to: 8.64e15, limit: 9 })
  const session = sessions.find(({ conversation_id }) => conversation_id !== 'turns')?.conversation_id ?? ''
  const rows = await store.query('timeline', { session, stream: 0, after: 0, limit: 100, offset: 0 })
  const response = rows.find(({ role }) => role === 'response')
  await open(`/s/${session}/${response?.event_id}?show=sse`)
  await page.locator('.entry.open .stream').waitFor()
  expect(await page.locator('.stream').count()).toBe(1)
})

it('what is read by documentation alone is marked so', async () => {
  const { page, open } = await openPage([], {
    fill: store =>
      storeEvents(store, 'ignored', [
        { name: 'claude_code.user_prompt', at: AT, attributes: { 'session.id': 'of-claude', prompt: 'Hello' } },
        { name: 'codex.user_prompt', at: AT, attributes: { prompt: 'Hello' } },
      ]),
  })
  const chip = page.getByText("read by the agent's documentation, not checked with captures")
  await open('/s/of-claude')
  await chip.waitFor()
  await open('/s/ignored')
  await page.locator('.session-facts').waitFor()
  expect(await chip.count()).toBe(0)
})
