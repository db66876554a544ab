import { afterEach, describe, expect, it, vi } from 'vitest'
import { SpanKind, type SpanOrigin, SpanOutcome } from '../../protocol/span-tuple.ts'
import type { OpenSpan } from './open-span.ts'
import { answer, COMPLETED, recordSpans, stream, TOOL } from './record-spans.fixture.ts'
import { parseTraceContext } from './trace-context.ts'
import { MAX_OPEN_SPANS, MAX_RESTING_SPANS, MAX_SPANS_OF_TURN } from './tracer.ts'

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'
const PARENT_TRACE = [0x4bf92f35, 0x77b34da6, 0xa3ce929d, 0x0e0e4736]
const PARENT_SPAN = [0x00f067aa, 0x0ba902b7]
const under = (flags: '00' | '01', tracestate?: string) => ({
  parent: parseTraceContext({ traceparent: `${PARENT}-${flags}`, tracestate }),
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('in the trace of another program', () => {
  it('each root is below its span, and the rest below that', async () => {
    const recording = recordSpans(under('01', 'a=b'))
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, () => session.observeTool(TOOL, async () => 'y'))
    const [init, turn, tool] = recording.spans().map(({ opening }) => opening)
    for (const root of [init, turn]) {
      expect(root).toMatchObject({ traceId: PARENT_TRACE, parentSpanId: PARENT_SPAN, parentRemote: true, flags: 1 })
      expect(root?.origin.traceState).toBe('a=b')
    }
    expect(tool).toMatchObject({ traceId: PARENT_TRACE, parentSpanId: turn?.spanId, parentRemote: false })
  })

  it('what belongs to no span belongs to its span, which is said once', () => {
    const recording = recordSpans(under('01'))
    const session = recording.session()
    session.emit('codex.turn_cost', { turnId: 't', estimatedUsd: '1', interrupted: false })
    session.emit('codex.turn_cost', { turnId: 't', estimatedUsd: '1', interrupted: false })
    const [first, second] = recording.eventSpans.map(({ span }) => span)
    expect(first).toBe(recording.tracer.outside?.number)
    expect(second).toBe(first)
    expect(first).toBeGreaterThan(0)
  })

  it('nothing is recorded that the other program does not record, but the ids go on', async () => {
    const recording = recordSpans(under('00'))
    const session = recording.session()
    let told: string | undefined
    await session.observeTurn({ prompt: 'x' }, async () => {
      told = session.traceContext()?.traceparent
      await session.observeTool(TOOL, async () => 'y')
    })
    expect(told).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-00$/)
    expect(recording.spans().map(({ opening, facts }) => [opening.flags, facts])).toEqual([
      [0, {}],
      [0, {}],
      [0, {}],
    ])
    expect(recording.eventSpans.every(({ span }) => span > 0)).toBe(true)
  })
})

describe('a trace context for other programs', () => {
  it('is the turn, or the call that it is asked for; before the first turn there is none', async () => {
    const recording = recordSpans()
    const session = recording.session()
    expect(session.traceContext()).toBeUndefined()
    await session.observeTurn({ prompt: 'x' }, () =>
      session.observeTool(TOOL, async () => {
        const [, turn, tool] = recording.spans().map(({ opening }) => opening)
        const spanIn = (context: ReturnType<typeof session.traceContext>) =>
          context && parseTraceContext(context)?.spanId
        expect(spanIn(session.traceContext())).toEqual(turn?.spanId)
        expect(spanIn(session.traceContext({ callId: TOOL.callId }))).toEqual(tool?.spanId)
        expect(spanIn(session.traceContext({ callId: 'none' }))).toEqual(turn?.spanId)
        return 'y'
      }),
    )
  })

  it('for the model is the request that is being made, of several the one whose attempt began last, and else the turn', async () => {
    const tracing = { sampler: 'always_on', ratio: 1, propagate: ['model'], traceState: [] } as const
    const recording = recordSpans({ tracing })
    const session = recording.session()
    const told: string[] = []
    const tell = (): void => {
      const context = session.traceContext({ for: 'model' })
      const id = String(context && parseTraceContext(context)?.spanId)
      const index = recording.spans().findIndex(({ opening }) => String(opening.spanId) === id)
      told.push(`${recording.spans()[index]?.name} ${index}`)
    }
    const ask = (attempt: number, status: number) =>
      session.observeRequest({ attempt, endpoint: '/' }, async () => {
        tell()
        return answer(status)
      })
    await session.observeTurn({ prompt: 'x' }, async () => {
      tell()
      await ask(0, 503)
      tell()
      const response = await ask(1, 200)
      for await (const _ of session.observeSse(stream(COMPLETED()), { response })) tell()
      await Promise.all([ask(0, 200), ask(0, 200)])
      tell()
    })
    expect(told).toEqual([
      'turn codex-cli 1',
      'chat gpt-5 2',
      'turn codex-cli 1',
      'chat gpt-5 2',
      'turn codex-cli 1',
      'chat gpt-5 3',
      'chat gpt-5 4',
      'turn codex-cli 1',
    ])
  })

  it('is told to whom the configuration names alone, with what it adds to the tracestate', async () => {
    const traceState = [{ vendor: 'acme', fields: [['tier', 'gold']] as const }]
    const tracing = { sampler: 'always_on', ratio: 1, propagate: ['mcp'], traceState } as const
    const recording = recordSpans({ tracing, ...under('01', 'other=1') })
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      expect(session.traceContext()).toBeUndefined()
      expect(session.traceContext({ for: 'model' })).toBeUndefined()
      expect(session.traceContext({ for: 'mcp' })?.tracestate).toBe('acme=tier:gold,other=1')
    })
  })
})

describe('limits', () => {
  it('a turn has so many spans, and counts the others', async () => {
    const recording = recordSpans()
    const session = recording.session()
    await session.observeTurn({ prompt: 'x' }, async () => {
      for (let i = 0; i < MAX_SPANS_OF_TURN + 5; i++) await session.observeTool(TOOL, async () => 'y')
    })
    const [, turn, ...tools] = recording.spans()
    expect(tools).toHaveLength(MAX_SPANS_OF_TURN)
    expect(turn?.facts.spansDropped).toBe(5)
    expect(recording.tooMany).toBe(5)
    expect(recording.eventSpans.filter(({ name, span }) => name === 'codex.tool_result' && span === 0)).toEqual([])
    await session.observeTurn({ prompt: 'x' }, () => session.observeTool(TOOL, async () => 'y'))
    expect(recording.tooMany).toBe(5)
  })

  it('a process has so many open spans, however many are never ended', () => {
    const recording = recordSpans()
    const session = recording.session()
    const never = new Promise<string>(() => {})
    for (let i = 0; i < 10_000; i++) void session.observeTool({ ...TOOL, callId: String(i) }, () => never)
    expect(recording.spans().filter(({ ending }) => ending === undefined)).toHaveLength(MAX_OPEN_SPANS)
    expect(recording.tooMany).toBe(10_000 - MAX_OPEN_SPANS + 1)
  })
})

it("a span of the application's crosses once another one is below it, as long as it is open", () => {
  const { tracer } = recordSpans()
  const origin = {} as SpanOrigin
  const outer = tracer.open(SpanKind.own, 'outer', origin, undefined)
  expect(outer?.openedIn).toBe(0)
  const inner = tracer.open(SpanKind.own, 'inner', origin, outer)
  expect([outer?.openedIn, inner?.openedIn]).toEqual([1, 0])
  tracer.end(inner as OpenSpan, SpanOutcome.done)
  const later = tracer.open(SpanKind.own, 'later', origin, outer) as OpenSpan
  later.isOpen = false
  tracer.open(SpanKind.own, 'below one that ended', origin, later)
  expect(later.openedIn).toBe(0)
})

it('calls that are never over make room when their turns have ended', async () => {
  const recording = recordSpans()
  const session = recording.session()
  const never = new Promise<never>(() => {})
  for (let turn = 0; turn < 5; turn++) {
    await session.observeTurn({ prompt: 'x' }, async () => {
      for (let i = 0; i < MAX_SPANS_OF_TURN; i++)
        void session.observeTool({ ...TOOL, callId: `${turn}-${i}` }, () => never)
    })
  }
  expect(recording.tooMany).toBe(0)
  const ended = (as: string): number => recording.tree().filter(span => span.trim() === as).length
  expect(ended('tool exec_command failed _OTHER')).toBe(4 * MAX_SPANS_OF_TURN)
  expect(ended('tool exec_command open')).toBe(MAX_SPANS_OF_TURN)
})

describe('where nothing reports the end of a conversation', () => {
  it('the turns that are longest without an event end, and tracing goes on', () => {
    const recording = recordSpans()
    const sessions = Array.from({ length: MAX_OPEN_SPANS + 10 }, (_, i) => {
      const session = recording.session({ conversationId: String(i) })
      session.emit('codex.user_prompt', { prompt: 'x' })
      return session
    })
    expect(recording.tooMany).toBe(0)
    const left = recording.spans().filter(({ ending }) => ending === undefined)
    expect(left).toHaveLength(MAX_RESTING_SPANS)
    expect(left.map(({ opening }) => opening.origin.conversationId)).toContain(String(sessions.length - 1))
    expect(recording.tree()).not.toContain('turn codex-cli processExit process_exit')
  })

  it('a turn in which something happens stays', () => {
    const recording = recordSpans()
    const [busy] = Array.from({ length: MAX_RESTING_SPANS }, (_, i) => {
      const session = recording.session({ conversationId: String(i) })
      session.emit('codex.user_prompt', { prompt: 'x' })
      return session
    })
    busy?.emit('codex.turn_cost', { turnId: 't', estimatedUsd: '1', interrupted: false })
    for (const conversationId of ['another', 'one more']) recording.session({ conversationId })
    const ended = recording.spans().filter(({ name, ending }) => name.startsWith('turn') && ending !== undefined)
    expect(ended.map(({ opening }) => opening.origin.conversationId)).toEqual(['1', '2'])
  })

  it('a session that begins to converse late has no link to a start that was given up', async () => {
    const recording = recordSpans()
    const sessions = Array.from({ length: MAX_RESTING_SPANS + 1 }, (_, i) =>
      recording.session({ conversationId: String(i) }),
    )
    await sessions[0]?.observeTurn({ prompt: 'x' }, async () => {})
    const turn = recording.spans().find(({ name }) => name.startsWith('turn'))
    expect(turn?.opening.links).toEqual([])
  })
})

describe('the end of the process', () => {
  it('ends what is open, children first, and says so', async () => {
    const recording = recordSpans()
    const session = recording.session()
    const never = new Promise<never>(() => {})
    void session.observeTurn({ prompt: 'x' }, async () => {
      await session.observeRequest({ attempt: 0, endpoint: '/' }, async () => answer())
      void session.observeApproval(TOOL, () => never)
      void session.span('mine', undefined, () => never)
      await session.observeTool(TOOL, () => session.observeRequest({ attempt: 0, endpoint: '/' }, () => never))
    })
    await vi.waitFor(() => expect(recording.spans()).toHaveLength(7))
    recording.tracer.endAll()
    expect(recording.tree()).toEqual([
      'sessionInit done',
      'turn codex-cli processExit process_exit',
      '  chat gpt-5 done',
      '  approval processExit process_exit',
      '  own mine processExit process_exit',
      '  tool exec_command processExit process_exit',
      '  chat gpt-5 processExit process_exit',
    ])
    const ends = recording.spans().map(({ ending }) => ending?.timeMs ?? Number.NaN)
    expect(Math.max(...ends)).toBe(ends[1])
    await session.observeTool(TOOL, async () => 'y')
    expect(recording.spans()).toHaveLength(7)
  })

  it('leaves no trace of a session that never conversed', () => {
    const recording = recordSpans()
    recording.session()
    recording.tracer.endAll()
    expect(recording.tree()).toEqual([])
  })
})

it('times follow the clock that nobody sets: a change of the clock by an hour turns nothing over', async () => {
  const recording = recordSpans()
  const session = recording.session()
  const now = Date.now
  let shift = 0
  vi.spyOn(Date, 'now').mockImplementation(() => now() + shift)
  await session.observeTurn({ prompt: 'x' }, async () => {
    shift = -3_600_000
    await session.observeTool(TOOL, async () => 'y')
    shift = 3_600_000
    await session.observeTool(TOOL, async () => 'y')
  })
  const [, turn, ...tools] = recording.spans()
  const range = (span: typeof turn) => [span?.opening.timeMs ?? Number.NaN, span?.ending?.timeMs ?? Number.NaN] as const
  const [began, ended] = range(turn)
  for (const tool of tools) {
    const [from, to] = range(tool)
    expect([began <= from, from <= to, to <= ended]).toEqual([true, true, true])
  }
})

it('ids are of random numbers, and none is of zeros alone', () => {
  const zero = recordSpans({ random: () => 0 })
  zero.session()
  const [span] = zero.spans()
  expect(span?.opening).toMatchObject({ kind: SpanKind.sessionInit, traceId: [0, 0, 0, 1], spanId: [0, 1] })
  const highest = recordSpans({ random: () => 1 - Number.EPSILON })
  highest.session()
  expect(highest.spans()[0]?.opening.spanId).toEqual([0xffffffff, 0xffffffff])
})
