import type { CodexEventName, CodexEvents, ServerSentEvent, StreamOptions } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { type Conversation, createConversation } from './conversation.ts'
import { observeSse, observeStream } from './observe-stream.ts'
import { ANTHROPIC_EVENTS as A, CHAT_CHUNKS as C, DONE, named, TOKENS, unnamed } from './protocols/streams.fixture.ts'

type Emitted = { name: CodexEventName } & Record<string, unknown>

interface Run {
  options?: StreamOptions
  /** Thrown by the source after its events. */
  failure?: Error
  /** How many events the consumer takes. */
  take?: number
}

async function run<Item>(
  observe: (
    session: { emit<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]): void },
    items: AsyncIterable<Item>,
    context: Parameters<typeof observeSse>[2],
    options?: StreamOptions,
  ) => AsyncIterable<Item>,
  items: readonly Item[],
  { options, failure, take = Number.POSITIVE_INFINITY }: Run = {},
) {
  const emitted: Emitted[] = []
  const session = {
    emit<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]) {
      const fields = Object.entries(payload).filter(([, value]) => value !== undefined)
      emitted.push({ name, ...Object.fromEntries(fields) } as Emitted)
    },
  }
  async function* source() {
    yield* items
    if (failure) throw failure
  }
  let firstMessages = 0
  const conversation: Conversation = {
    ...createConversation(),
    awaitingFirstTokenSince: performance.now(),
    awaitingFirstMessageSince: performance.now(),
  }
  const metrics = { firstMessage: () => void firstMessages++, websocketMessage() {} }
  const passed: Item[] = []
  let thrown: unknown
  try {
    for await (const item of observe(
      session,
      source(),
      { conversation, metrics, reasoningEffort: undefined },
      options,
    )) {
      passed.push(item)
      if (passed.length >= take) break
    }
  } catch (error) {
    thrown = error
  }
  const received = emitted.filter(event => event.durationMs !== undefined && event.name === 'codex.sse_event')
  const closing = emitted.filter(event => event.durationMs === undefined)
  const firstTokenAt = emitted.findIndex(event => event.name === 'codex.turn_ttft')
  return { emitted, passed, thrown, received, closing, firstTokenAt, firstMessages }
}

const overSse = (events: readonly ServerSentEvent[], options?: Run) => run(observeSse, events, options)
const overObjects = (items: readonly object[], options?: Run) => run<object>(observeStream, items, options)

const completion = { name: 'codex.sse_event', kind: 'response.completed', ...TOKENS, ttftMs: expect.any(Number) }
const failed = (reason: string) => [{ name: 'codex.sse_event', kind: 'response.completed', errorMessage: reason }]
const early = (end: string) => failed(`stream disconnected before completion: stream closed before ${end}`)

describe('a stream of Chat Completions', () => {
  const healthy = [...unnamed([C.role, C.text, C.stop, C.usage]), DONE]

  it('passes through unchanged, and is complete with its token counts at the end mark', async () => {
    const { passed, received, closing, firstMessages } = await overSse(healthy)
    expect(passed).toEqual(healthy)
    expect(received.map(event => event.kind)).toEqual([...Array(4).fill('chat.completion.chunk'), 'message'])
    expect(received.some(event => 'errorMessage' in event)).toBe(false)
    expect(closing).toEqual([completion])
    expect(firstMessages).toBe(1)
  })

  it('of a client library is complete although it has no end mark', async () => {
    const { closing, received } = await overObjects([C.role, C.text, C.stop, C.usage])
    expect(closing).toEqual([completion])
    expect(received).toHaveLength(4)
  })

  it('is complete without token counts where the provider sends none', async () => {
    const { closing } = await overSse([...unnamed([C.role, C.text, C.length]), DONE])
    expect(closing).toEqual([])
  })

  it.each([
    ['text', C.text, 1],
    ['reasoning', C.reasoning, 0],
    ['a call of a tool', C.call, 0],
  ])('has its first token at %s, and a message when there was text', async (_what, first, messages) => {
    const { firstTokenAt, firstMessages } = await overSse(unnamed([C.role, first, C.toolCalls]))
    expect(firstTokenAt).toBe(2)
    expect(firstMessages).toBe(messages)
  })

  it('fails with the reason of an error among its chunks, once', async () => {
    const { received, closing } = await overSse([...unnamed([C.role, C.error]), DONE])
    expect(received[1]).toMatchObject({ errorMessage: JSON.stringify(C.error) })
    expect(closing).toEqual(failed('stream disconnected before completion: The server had an error'))
  })

  it('fails with the reason of an error that is all that comes', async () => {
    const { closing } = await overSse(unnamed([{ error: { message: 'slow down', code: 'rate_limit_exceeded' } }]))
    expect(closing).toEqual(failed('rate limit exceeded: slow down'))
  })

  it('fails when it ends before a reason to finish', async () => {
    expect((await overSse(unnamed([C.role, C.text]))).closing).toEqual(early('[DONE]'))
  })

  it('keeps its token counts when the consumer stops after them', async () => {
    const { closing } = await overSse(healthy, { take: 4 })
    expect(closing).toEqual([completion])
  })

  it('is no failure when the consumer stops in the middle', async () => {
    expect((await overSse(healthy, { take: 2 })).closing).toEqual([])
  })

  it('is closed with the error that cut it', async () => {
    const { thrown, closing } = await overSse(unnamed([C.role]), { failure: new Error('socket hang up') })
    expect(thrown).toEqual(new Error('socket hang up'))
    expect(closing).toEqual(failed('stream disconnected before completion: socket hang up'))
  })
})

describe('a stream of Anthropic Messages', () => {
  const items = [A.start, A.ping, A.textStart, A.text, A.stopBlock, A.delta, A.stop]

  it.each([
    ['server-sent events', () => overSse(named(items))],
    ['objects', () => overObjects(items)],
  ])(
    'as %s is complete at message_stop, with what the cache gave and took counted as input',
    async (_form, observe) => {
      const { received, closing, firstMessages } = await observe()
      expect(received.map(event => event.kind)).toEqual(items.map(({ type }) => type))
      expect(received.some(event => 'errorMessage' in event)).toBe(false)
      expect(closing).toEqual([completion])
      expect(firstMessages).toBe(1)
    },
  )

  it.each([
    ['text', [A.textStart, A.text], 3],
    ['thinking', [A.thinkingStart, A.signature, A.thinking], 4],
    ['the start of a tool', [A.toolStart, A.json], 2],
  ])('has its first token at %s', async (_what, events, at) => {
    const { firstTokenAt } = await overSse(named([A.start, ...events]))
    expect(firstTokenAt).toBe(at)
  })

  it('fails with the reason of an error event, also as its first one', async () => {
    const reason = failed('stream disconnected before completion: Overloaded')
    expect((await overSse(named([A.start, A.overloaded]))).closing).toEqual(reason)
    const first = await overSse(named([A.overloaded]))
    expect(first.closing).toEqual(reason)
    expect(first.received[0]).toMatchObject({ errorMessage: JSON.stringify(A.overloaded) })
  })

  it('fails when it ends before message_stop', async () => {
    expect((await overSse(named([A.start, A.textStart, A.text]))).closing).toEqual(early('message_stop'))
  })
})

describe('the protocol of a stream', () => {
  it('can be named, and then no event decides it', async () => {
    expect((await overSse(unnamed([C.text]), { options: { protocol: 'responses' } })).closing).toEqual(
      early('response.completed'),
    )
    expect((await overSse([], { options: { protocol: 'anthropic' } })).closing).toEqual(early('message_stop'))
  })

  it('can be "none": events are recorded, and nothing is read from them', async () => {
    const { received, closing, firstTokenAt } = await overSse([...unnamed([C.text, C.error]), DONE], {
      options: { protocol: 'none' },
    })
    expect(received).toHaveLength(3)
    expect(received.some(event => 'errorMessage' in event)).toBe(false)
    expect([closing, firstTokenAt]).toEqual([[], -1])
  })

  it('that is unknown gives no failure for a healthy end, and one for an empty stream', async () => {
    const { received, closing } = await overSse(unnamed([{ candidates: [{}] }, { candidates: [{}] }]))
    expect(received.map(event => event.kind)).toEqual(['message', 'message'])
    expect(closing).toEqual([])
    expect((await overSse([])).closing).toEqual(early('its first event'))
  })

  it('that is unknown gives the failure of an error among the events', async () => {
    const { closing } = await overSse(unnamed([{ type: 'error', code: 500, message: 'too bad', status: 500 }]))
    expect(closing).toEqual(failed('stream disconnected before completion: too bad'))
  })

  it.each([
    [undefined],
    [null],
    [42],
    ['text'],
    [[]],
    [{ choices: [null, 7, { delta: null }] }],
    [{ type: 'message_start' }],
  ])('is not misled by the item %j', async item => {
    const { passed, thrown } = await run<unknown>(observeStream, [item, item])
    expect(passed).toEqual([item, item])
    expect(thrown).toBeUndefined()
  })
})
