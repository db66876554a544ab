import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { openPage, storeEvents, type TestEvent, useBrowser } from './browser.fixture.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'

useBrowser()

/** Events of every kind with the text in every field. */
const eventsOf = (text: string, at: number): TestEvent[] => [
  { name: 'codex.conversation_starts', at, attributes: { model: text, originator: text, 'app.version': text } },
  { name: `codex.${text}`, at: at + 1, attributes: { [text]: text, 'event.kind': text } },
  { name: 'codex.user_prompt', at: at + 2, attributes: { prompt: text, model: text } },
  { name: 'codex.api_request', at: at + 3, attributes: { model: text, 'error.message': text } },
  { name: 'codex.sse_event', at: at + 4, attributes: { 'event.kind': text, 'error.message': text } },
  {
    name: 'codex.tool_decision',
    at: at + 5,
    attributes: { call_id: text, tool_name: text, decision: text, source: 'User' },
  },
  {
    name: 'codex.tool_decision',
    at: at + 6,
    attributes: { call_id: `${text}2`, tool_name: text, decision: text, source: text },
  },
  {
    name: 'codex.tool_result',
    at: at + 7,
    attributes: { call_id: text, tool_name: text, success: false, arguments: text, output: text },
  },
]

/** Nothing on the page may come from a text but letters. */
async function check(page: Page): Promise<void> {
  const foreign = 'img, iframe, object, embed, base, form, video, audio, math, style, [onerror], [onload], [autofocus]'
  const found = await page.evaluate(
    foreign => ({
      scripts: document.scripts.length,
      foreign: document.querySelectorAll(foreign).length,
      links: [...document.links].filter(link => link.origin !== location.origin).map(link => link.href),
      controls: document.body.textContent.match(/.{0,20}(?:\p{Cf}|(?![\n\t])\p{Cc})/gu) ?? [],
    }),
    foreign,
  )
  expect(found).toEqual({ scripts: 1, foreign: 0, links: [], controls: [] })
}

it('60 hostile texts in every field are texts, and nothing else', async () => {
  expect(HOSTILE_TEXTS).toHaveLength(60)
  const start = Date.now() - 600_000
  const { page, open, store } = await openPage([], {
    async fill(store) {
      for (const [index, text] of HOSTILE_TEXTS.entries()) {
        const events = eventsOf(text, start + index * 1_000)
        await storeEvents(store, `${index} ${text.slice(0, 200)}`, events, { 'service.name': text })
        await storeEvents(store, 'all', events)
      }
    },
  })
  const requests: string[] = []
  page.on('request', request => requests.push(request.url()))

  const lookThrough = async (name: string): Promise<void> => {
    const grid = page.getByRole('grid', { name })
    await grid.getByRole('row').nth(2).waitFor()
    for (let end = false; !end; ) {
      await check(page)
      end = await grid.evaluate(element => {
        element.scrollBy(0, element.clientHeight * 0.8)
        return element.scrollTop + element.clientHeight >= element.scrollHeight - 1
      })
    }
    await check(page)
  }
  await lookThrough('Sessions')
  await open('/s/all')
  await lookThrough('What happened')

  // Each session, with one of its events: its texts, its attributes and its record.
  const detail = page.getByRole('region', { name: 'The event' })
  for (const { conversation_id } of await store.query('sessions', { from: 0, to: 8.64e15, limit: 100 })) {
    const question = { session: conversation_id, stream: 0, after: 0, limit: 1_000, offset: 0 } as const
    const tool = (await store.query('timeline', question)).find(({ role }) => role === 'tool')
    await page.evaluate(
      path => {
        history.pushState(null, '', path)
        dispatchEvent(new PopStateEvent('popstate'))
      },
      `/s/${encodeURIComponent(conversation_id)}/${tool?.event_id}`,
    )
    await detail.getByRole('heading', { name: 'codex.tool_result' }).waitFor()
    await detail.locator('.texts').waitFor()
    await detail.evaluate(element => {
      for (const part of element.querySelectorAll('details')) part.open = true
    })
    await check(page)
  }

  // What is shown is the text itself.
  const heading = page.getByRole('heading', { level: 1 })
  await open(`/s/${encodeURIComponent(`2 ${HOSTILE_TEXTS[2]}`)}`)
  await heading.getByText('<img src=x onerror=ran()>').waitFor()
  await open(`/s/${encodeURIComponent(`52 ${HOSTILE_TEXTS[52]}`)}`)
  await heading.getByText('U+202E').waitFor()
  const { origin } = new URL(page.url())
  expect(requests.filter(url => !url.startsWith(`${origin}/`))).toEqual([])
}, 120_000)

it.each([390, 1280])('hostile texts of refused requests are texts, at %i pixels', async width => {
  const { page, store } = await openPage([], { viewport: { width, height: 800 } })
  const list = page.locator('.refusals li')
  for (const texts of [HOSTILE_TEXTS.slice(0, 30), HOSTILE_TEXTS.slice(30)]) {
    for (const text of texts) {
      await store.refuse({
        ...{ timeMs: Date.now(), transport: 'http', signal: undefined, method: 'POST', bytes: 3, status: 404 },
        ...{ path: `/${text}`, userAgent: text, reason: text, cure: text },
      })
    }
    await expect.poll(() => list.count()).toBe(30)
    await check(page)
    const sideways = await page.evaluate(
      () =>
        [document.documentElement, ...document.querySelectorAll('.arriving, .refusals ul')].filter(
          element => element.scrollWidth > element.clientWidth,
        ).length,
    )
    expect(sideways).toBe(0)
    await store.clear({})
  }
})
