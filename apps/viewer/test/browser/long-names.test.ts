import { expect, it } from 'vitest'
import { storeSpans, TRACE } from '../../src/spans.fixture.ts'
import type { Store } from '../../src/store/store.ts'
import { openPage, storeEvents, useBrowser } from './browser.fixture.ts'

useBrowser()

const TOOL = 'mcp__a_server_with_a_long_name__a_tool_with_a_long_name_as_well'
const MODEL = 'provider/some-family-of-models-2026-11-29-preview-thinking-xl'
const ID = 'conversation-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789'

/** A session in which everything has a name of 60 characters, and the prompt was not sent. */
async function storeLongNames(store: Store): Promise<void> {
  const at = Date.now() - 600_000
  const call = { tool_name: TOOL, call_id: 'c', source: 'User' }
  const events = [
    { name: 'codex.user_prompt', at, attributes: { prompt: '[REDACTED]', prompt_length: 84 } },
    { name: 'codex.websocket_connect', at: at + 10, attributes: { duration_ms: 9, success: true } },
    { name: 'codex.an_event_of_a_later_version_with_a_long_name', at: at + 20, attributes: { duration_ms: 9 } },
    { name: 'codex.websocket_request', at: at + 30, attributes: { duration_ms: 2, success: true } },
    {
      name: 'codex.sse_event',
      at: at + 9_000,
      attributes: {
        ...{ 'event.kind': 'response.completed', input_token_count: 123_456, cached_token_count: 100_000 },
        ...{ output_token_count: 2_345, reasoning_token_count: 999, ttft_ms: 800 },
      },
    },
    {
      name: 'codex.tool_decision',
      at: at + 20_000,
      attributes: { ...call, decision: 'approved_execpolicy_amendment' },
    },
    {
      name: 'codex.tool_result',
      at: at + 21_000,
      attributes: { ...call, success: false, duration_ms: 900, 'error.message': 'x'.repeat(200) },
    },
  ].map(event => ({ ...event, attributes: { model: MODEL, ...event.attributes } }))
  await storeEvents(store, ID, events, { 'service.name': 'a_service_whose_name_is_as_long_as_that_of_one_can_be' })
  await storeEvents(store, `${ID}-2`, events.slice(0, 2))
  const common = { 'gen_ai.conversation.id': ID }
  await storeSpans(store, [
    { id: 1, name: `chat ${MODEL}`, duration: 500, attributes: { ...common, 'gen_ai.operation.name': 'chat' } },
    { id: 2, parent: 1, name: `execute_tool ${TOOL}`, error: 'it failed', attributes: common },
  ])
}

it.each([390, 768, 1280])(
  'long names are cut nowhere without a way to read them, and scroll nothing sideways at %i pixels',
  async width => {
    const { page, open } = await openPage([], { fill: storeLongNames, viewport: { width, height: 800 } })
    const problems = () =>
      page.evaluate(() => {
        const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)]
        const isCut = (element: HTMLElement): boolean => {
          const { left, right } = element.getBoundingClientRect()
          for (let above = element.parentElement; above; above = above.parentElement) {
            const box = above.getBoundingClientRect()
            if (getComputedStyle(above).overflowX !== 'visible' && (left < box.left - 1 || right > box.right + 1))
              return true
          }
          return false
        }
        const scrolls = all('html, main, .list').filter(box => box.scrollWidth > box.clientWidth)
        // A name that is cut stands in full where its row leads to; what is said of it, and what tells rows apart, does not.
        const cut = all(
          '.withheld, .kind, .figures, .id, .span-name .bad, .chips .chip, .scope-bar select, tbody th',
        ).filter(isCut)
        return [...scrolls, ...cut].map(element => `${element.className || element.tagName}: ${element.textContent}`)
      })
    for (const [path, drawn] of [
      ['/', '.session-row .id'],
      [`/s/${ID}`, '.kind-tool'],
      ['/trends', '.cards td:text-is("end")'],
      [`/search?q=${encodeURIComponent(`tool:${TOOL}`)}`, '.hit'],
      ['/search?q=is:error', '.hit'],
      [`/t/${TRACE}`, '.span-line.trouble'],
    ] as const) {
      await open(path)
      await page.locator(drawn).first().waitFor()
      await expect.poll(problems).toEqual([])
    }
  },
)
