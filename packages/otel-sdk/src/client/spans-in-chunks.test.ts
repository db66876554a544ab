import { expect, it } from 'vitest'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { CHUNK_BYTES } from '../protocol/event-chunk.ts'
import { type EventTuple, NO_SPAN, openTuple, setSpan } from '../protocol/event-tuple.ts'
import { factsTuple, isSpanRow, type SpanEntry, SpanKind, SpanOutcome } from '../protocol/span-tuple.ts'
import { type OpenChunks, openChunks } from '../worker/written-events.fixture.ts'
import { ORIGIN, openSpan } from './spans/open-span.fixture.ts'
import type { OpenSpan } from './spans/open-span.ts'

const SESSION: SessionAttributes = { common: { 'conversation.id': 'a' }, authEnvironment: {}, own: {} }

const end = ({ writer }: OpenChunks, span: OpenSpan, isExported = true): number =>
  writer.endSpan(span, 2_000.5, SpanOutcome.done, undefined, isExported)

const emit = ({ writer }: OpenChunks, span: OpenSpan | null, text = 'x'): number =>
  writer.write(event(span?.number ?? NO_SPAN, text), SESSION, span)

const event = (span: number, text = 'x'): EventTuple => {
  const tuple = openTuple(3, 1_500)
  setSpan(tuple, span)
  tuple.push(text)
  return tuple
}

/** What is read, in order: an event as the number of its span, what is said of a span as that and the number. */
const read = ({ readAll }: OpenChunks): string[] => {
  const all: string[] = []
  readAll(entry => {
    if (entry.isDescription) return
    all.push(`${isSpanRow(entry.row) ? entry.said().type : 'event'} ${entry.span}`)
  })
  return all
}

/** The same, of spans alone and all of it. */
const readSaid = ({ readAll }: OpenChunks): SpanEntry[] => {
  const all: SpanEntry[] = []
  readAll(entry => {
    if (!entry.isDescription && isSpanRow(entry.row)) all.push(entry.said())
  })
  return all
}

it('spans cross with the events, in their order', () => {
  const chunks = openChunks()
  const { writer } = chunks
  const [one, two] = [openSpan(1), openSpan(2)]
  writer.openSpan(one)
  emit(chunks, one)
  writer.openSpan(two)
  emit(chunks, two)
  writer.say(factsTuple(2, { responseId: 'r' }), two)
  end(chunks, two)
  emit(chunks, null)
  end(chunks, one)
  expect(read(chunks)).toEqual(['open 1', 'event 1', 'open 2', 'event 2', 'facts 2', 'end 2', 'event 0', 'end 1'])
})

it('a span that nothing names before its end crosses with its end, and one that something names is opened before', () => {
  const chunks = openChunks()
  const [whole, named, told] = [openSpan(1), openSpan(2), openSpan(3)]
  emit(chunks, named)
  chunks.writer.say(factsTuple(3, { responseId: 'r' }), told)
  for (const span of [whole, named, told]) end(chunks, span)
  expect(read(chunks)).toEqual(['open 2', 'event 2', 'open 3', 'facts 3', 'whole 1', 'end 2', 'end 3'])
})

it('spans are the same when they have crossed: ids, times, parents, links, and how they ended', () => {
  const chunks = openChunks()
  const { writer } = chunks
  const link = { traceId: [1, 2, 3, 0xffffffff], spanId: [5, 0x80000000], flags: 1, remote: true } as const
  const turn = openSpan(1, { idHigh: -1, idLow: -2, links: [link, { ...link, flags: 0, remote: false }] })
  const remoteParent = [0xf067aa0b, 0xba902b7] as const
  const below = openSpan(2, { trace: { ...turn.trace, flags: 0, remoteParent }, origin: { ...ORIGIN, sessionId: 'b' } })
  const own = openSpan(3, { kind: SpanKind.own, label: 'b\u00fcndeln', parent: turn })
  const failed = openSpan(4, { kind: SpanKind.chat, label: '', parent: own, origin: { ...ORIGIN, authMode: 'ApiKey' } })
  for (const span of [turn, below]) writer.openSpan(span)
  writer.endSpan(own, 7.25, SpanOutcome.aborted, undefined, true)
  writer.endSpan(failed, 8.25, SpanOutcome.failed, '500', true)
  writer.endSpan(turn, 9.25, SpanOutcome.failed, 'rate_limit_exceeded', true)
  const ending = (id: number, timeMs: number, outcome: SpanOutcome, errorType: string | undefined) =>
    ({ type: 'end', id, timeMs, outcome, errorType }) as const
  expect(readSaid(chunks)).toEqual([
    turn.opening(),
    below.opening(),
    { type: 'whole', id: 3, opening: own.opening(), ending: ending(3, 7.25, SpanOutcome.aborted, undefined) },
    { type: 'whole', id: 4, opening: failed.opening(), ending: ending(4, 8.25, SpanOutcome.failed, '500') },
    ending(1, 9.25, SpanOutcome.failed, 'rate_limit_exceeded'),
  ])
  expect(turn.opening()).toMatchObject({
    spanId: [0xffffffff, 0xfffffffe],
    timeMs: 1_700_000_001_000.5,
    links: [link, {}],
  })
  expect(below.opening()).toMatchObject({ parentSpanId: remoteParent, parentRemote: true, flags: 0 })
  expect(failed.opening()).toMatchObject({ parentSpanId: own.spanId, parentRemote: false, flags: 1 })
})

it('what spans have in common is known however many conversations there are in turn', () => {
  const chunks = openChunks()
  const origins = Array.from({ length: 600 }, (_, i) => ({ ...ORIGIN, conversationId: String(i) }))
  const order = [...origins, ...origins.toReversed(), ...origins.slice(0, 5), ...origins.slice(0, 5)]
  for (const [i, origin] of order.entries()) end(chunks, openSpan(i + 1, { origin }))
  const ids = readSaid(chunks).map(said => said.type === 'whole' && said.opening.origin.conversationId)
  expect(ids).toEqual(order.map(({ conversationId }) => conversationId))
})

it('a span is opened again in each chunk that names it, and only there', () => {
  const chunks = openChunks()
  const full = 'x'.repeat(CHUNK_BYTES / 4)
  const [one, two] = [openSpan(1), openSpan(2)]
  for (const span of [one, two]) chunks.writer.openSpan(span)
  for (let i = 0; i < 4; i++) emit(chunks, one, full)
  for (const span of [two, one]) end(chunks, span)
  expect(read(chunks)).toEqual([
    'open 1',
    'open 2',
    'event 1',
    'event 1',
    'open 1',
    'event 1',
    'event 1',
    'open 2',
    'end 2',
    'end 1',
  ])
})

it('a worker that is started again learns of the spans that are open, and records no span twice', () => {
  const chunks = openChunks()
  const { writer, readAll, restart } = chunks
  const [one, two, three, whole] = [openSpan(1), openSpan(2), openSpan(3), openSpan(4)]
  writer.openSpan(one)
  writer.openSpan(two)
  end(chunks, two)
  end(chunks, whole)
  emit(chunks, one)
  expect(read(chunks)).toEqual(['open 1', 'open 2', 'end 2', 'whole 4', 'event 1'])
  restart()
  emit(chunks, one)
  end(chunks, one)
  writer.openSpan(three)
  end(chunks, three, false)
  end(chunks, openSpan(5))
  expect(writer.replayable()).toEqual({ logs: 1, metrics: 0, traces: 2 })
  const again: string[] = []
  readAll(entry => {
    if (!entry.isDescription) again.push(`${entry.isSettled ? 'settled' : 'new'} ${entry.row} ${entry.span}`)
  })
  expect(again).toEqual([
    'settled -2 1',
    'settled -2 2',
    'settled -2 2',
    'new 3 1',
    'new -2 1',
    'new -2 3',
    'new -2 3',
    'new -2 5',
  ])
})
