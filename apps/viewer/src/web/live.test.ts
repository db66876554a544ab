import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Changes, Position } from '../store/changes.ts'
import type { LiveMessage } from './contract.ts'
import { Live } from './live.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** The answer to a page; `writableLength` is what its client has not read. */
class Page extends EventEmitter {
  texts: string[] = []
  ended = false
  writableLength = 0

  writeHead(): this {
    return this
  }
  write(text: string): void {
    this.texts.push(text)
  }
  end(): void {
    this.ended = true
    this.emit('close')
  }
  destroy(): void {
    this.end()
  }
  get messages(): LiveMessage[] {
    return this.texts.flatMap(text => (text.startsWith('id:') ? [JSON.parse(text.replace(/^.*\ndata: /, ''))] : []))
  }
}

class FakeStore {
  now: Changes = { event: 0, span: 0, refusals: 0, removals: 0, sessions: [] }
  asked: (Position | undefined)[] = []
  fails = false

  readonly changes = async (after: Position | undefined): Promise<Changes> => {
    this.asked.push(after)
    if (this.fails) throw new Error('it took more than 5 s')
    return this.now
  }
}

async function follow(live: Live, lastEventId?: string): Promise<Page> {
  const page = new Page()
  const request = { headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId } }
  await live.connect(request as unknown as IncomingMessage, page as unknown as ServerResponse)
  return page
}

it('a page gets at most four messages a second while events come in, and one more that says that none do', async () => {
  const store = new FakeStore()
  const live = new Live(store.changes, 8)
  const page = await follow(live)
  for (let ms = 0; ms < 3_000; ms += 10) {
    store.now = { ...store.now, event: store.now.event + 1 }
    live.changed()
    await vi.advanceTimersByTimeAsync(10)
  }
  const during = page.messages
  expect(during.length).toBeGreaterThan(10)
  expect(during.length).toBeLessThanOrEqual(1 + 12)
  expect(during.at(-1)?.perSecond).toBeGreaterThanOrEqual(75)
  expect(during.at(-1)?.perSecond).toBeLessThanOrEqual(125)
  await vi.advanceTimersByTimeAsync(60_000)
  const after = page.messages.slice(during.length)
  expect(after.length).toBeLessThanOrEqual(5)
  expect(after.at(-1)).toMatchObject({ lastEvent: 300, perSecond: 0 })
})

it('a page is told at once of what is stored after a quiet time, and four times a second of what follows', async () => {
  const store = new FakeStore()
  const live = new Live(store.changes, 8)
  const page = await follow(live)
  await vi.advanceTimersByTimeAsync(10_000)
  const put = (event: number): void => {
    store.now = { ...store.now, event }
    live.changed()
  }
  put(1)
  await vi.advanceTimersByTimeAsync(0)
  expect(page.messages.at(-1)?.lastEvent).toBe(1)
  put(2)
  await vi.advanceTimersByTimeAsync(200)
  expect(page.messages.at(-1)?.lastEvent).toBe(1)
  await vi.advanceTimersByTimeAsync(50)
  expect(page.messages.at(-1)?.lastEvent).toBe(2)
})

it('a page is told in time of what is stored during a look that does not see it', async () => {
  const store = new FakeStore()
  const { changes } = store
  const live = new Live(async after => {
    const seen = await changes(after)
    // It comes in behind the answer.
    if (store.asked.length === 12) {
      store.now = { ...store.now, event: 1 }
      live.changed()
    }
    return seen
  }, 8)
  const page = await follow(live)
  while (store.asked.length < 12) await vi.advanceTimersByTimeAsync(10)
  await vi.advanceTimersByTimeAsync(260)
  expect(page.messages.at(-1)?.lastEvent).toBe(1)
})

it('a quiet stream has a comment from time to time, and nothing else', async () => {
  const live = new Live(new FakeStore().changes, 8)
  const page = await follow(live)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(page.texts.slice(2)).toEqual(Array(4).fill(': here\n\n'))
})

it('a request that was refused is told without an event', async () => {
  const store = new FakeStore()
  const page = await follow(new Live(store.changes, 8))
  store.now = { ...store.now, refusals: 3 }
  await vi.advanceTimersByTimeAsync(1_000)
  expect(page.messages.map(({ refusals }) => refusals)).toEqual([0, 3])
})

it('the store is asked for nothing while no page follows', async () => {
  const store = new FakeStore()
  const live = new Live(store.changes, 8)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(store.asked).toEqual([])
  const page = await follow(live)
  page.emit('close')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(store.asked.length).toBeLessThanOrEqual(2)
  expect(vi.getTimerCount()).toBe(0)
})

it('a page that comes back goes on from the message that it names, and from now on where that is none', async () => {
  const store = new FakeStore()
  const live = new Live(store.changes, 8)
  for (const id of ['7-9', '7', 'x-9', '-1-2', `${'9'.repeat(20)}-1`]) await follow(live, id)
  expect(store.asked).toEqual([{ event: 7, span: 9 }, undefined, undefined, undefined, undefined])
})

it('a page that reads nothing is disconnected, and the others are told', async () => {
  const store = new FakeStore()
  const live = new Live(store.changes, 8)
  const [slow, quick] = [await follow(live), await follow(live)]
  slow.writableLength = 2 * 1024 * 1024
  store.now = { ...store.now, event: 1 }
  await vi.advanceTimersByTimeAsync(2_000)
  expect([slow.ended, quick.ended, quick.messages.at(-1)?.lastEvent]).toEqual([true, false, 1])
})

it('a store that does not answer once is asked again', async () => {
  const store = new FakeStore()
  const page = await follow(new Live(store.changes, 8))
  store.fails = true
  await vi.advanceTimersByTimeAsync(1_000)
  store.fails = false
  store.now = { ...store.now, event: 5 }
  await vi.advanceTimersByTimeAsync(500)
  expect(page.messages.at(-1)?.lastEvent).toBe(5)
})

it('every stream ends when the program does, those that wait for their first message too', async () => {
  const store = new FakeStore()
  const live = new Live(store.changes, 8)
  const page = await follow(live)
  const waiting = new Page()
  const connected = live.connect({ headers: {} } as IncomingMessage, waiting as unknown as ServerResponse)
  live.close()
  await connected
  expect([page.ended, waiting.ended]).toEqual([true, true])
  expect(vi.getTimerCount()).toBe(0)
})
