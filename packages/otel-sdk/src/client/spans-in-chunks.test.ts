import { expect, it } from 'vitest'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { CHUNK_BYTES } from '../protocol/event-chunk.ts'
import { type EventTuple, openTuple, setSpan } from '../protocol/event-tuple.ts'
import {
  endingTuple,
  factsTuple,
  isSpanRow,
  openingTuple,
  readSpanTuple,
  SpanKind,
  SpanOutcome,
} from '../protocol/span-tuple.ts'
import { openChunks } from '../worker/written-events.fixture.ts'

const SESSION: SessionAttributes = { common: { 'conversation.id': 'a' }, authEnvironment: {}, own: {} }

const opening = (id: number): EventTuple =>
  openingTuple({
    id,
    timeMs: 1_000.5,
    kind: SpanKind.turn,
    traceId: [1, 2, 3, id],
    spanId: [5, id],
    parentSpanId: undefined,
    parentRemote: false,
    flags: 1,
    label: 'codex-cli',
    origin: {
      conversationId: 'a',
      sessionId: 'a',
      agentName: 'codex-cli',
      authMode: undefined,
      originator: 'codex_exec',
      terminalType: 'dumb',
      traceState: undefined,
    },
    links: [],
  })

const ending = (id: number, exported = true): EventTuple =>
  endingTuple({ id, timeMs: 2_000.5, outcome: SpanOutcome.done, errorType: undefined }, exported)

const event = (span: number, text = 'x'): EventTuple => {
  const tuple = openTuple(3, 1_500)
  setSpan(tuple, span)
  tuple.push(text)
  return tuple
}

/** What is read, in order: an event as the number of its span, what is said of a span as that and the number. */
const read = (readAll: ReturnType<typeof openChunks>['readAll']): string[] => {
  const all: string[] = []
  readAll(entry => {
    if (entry.isDescription) return
    const said = isSpanRow(entry.row) ? readSpanTuple(entry.tuple()).type : 'event'
    all.push(`${said} ${entry.span}`)
  })
  return all
}

it('spans cross with the events, in their order', () => {
  const { writer, readAll } = openChunks()
  writer.write(opening(1), undefined)
  writer.write(event(1), SESSION)
  writer.write(opening(2), undefined)
  writer.write(event(2), SESSION)
  writer.write(factsTuple(2, { responseId: 'r' }), undefined)
  writer.write(ending(2), undefined)
  writer.write(event(0), SESSION)
  writer.write(ending(1), undefined)
  expect(read(readAll)).toEqual(['open 1', 'event 1', 'open 2', 'event 2', 'facts 2', 'end 2', 'event 0', 'end 1'])
})

it('a span is opened again in each chunk that names it, and only there', () => {
  const { writer, readAll } = openChunks()
  const full = 'x'.repeat(CHUNK_BYTES / 4)
  writer.write(opening(1), undefined)
  writer.write(opening(2), undefined)
  writer.write(event(1, full), SESSION)
  writer.write(event(1, full), SESSION)
  writer.write(event(1, full), SESSION)
  writer.write(event(1, full), SESSION)
  writer.write(ending(2), undefined)
  writer.write(ending(1), undefined)
  expect(read(readAll)).toEqual([
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
  const { writer, readAll, restart } = openChunks()
  writer.write(opening(1), undefined)
  writer.write(opening(2), undefined)
  writer.write(ending(2), undefined)
  writer.write(event(1), SESSION)
  const settled = read(readAll)
  expect(settled).toEqual(['open 1', 'open 2', 'end 2', 'event 1'])
  restart()
  writer.write(event(1), SESSION)
  writer.write(ending(1), undefined)
  writer.write(opening(3), undefined)
  writer.write(ending(3, false), undefined)
  expect(writer.replayable()).toEqual({ logs: 1, metrics: 0, traces: 1 })
  const again: string[] = []
  readAll(entry => {
    if (!entry.isDescription) again.push(`${entry.isSettled ? 'settled' : 'new'} ${entry.row} ${entry.span}`)
  })
  expect(again).toEqual(['settled -2 1', 'settled -2 2', 'settled -2 2', 'new 3 1', 'new -2 1', 'new -2 3', 'new -2 3'])
})
