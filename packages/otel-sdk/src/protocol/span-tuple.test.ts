import { expect, it } from 'vitest'
import { type EventTuple, rowOf, slotOf } from './event-tuple.ts'
import {
  attributesTuple,
  endingTuple,
  endsExportedSpan,
  endsSpan,
  factsTuple,
  isSpanRow,
  openingTuple,
  opensSpan,
  readSpanTuple,
  type SpanEntry,
  SpanKind,
  SpanOutcome,
  spanEventTuple,
} from './span-tuple.ts'

const ORIGIN = {
  conversationId: 'c',
  sessionId: 's',
  agentName: 'codex-cli',
  authMode: undefined,
  originator: 'codex_exec',
  terminalType: 'dumb',
  traceState: 'a=b',
}
const OPENING = {
  id: 7,
  timeMs: 1_700_000_000_000.25,
  kind: SpanKind.turn,
  traceId: [1, 2, 3, 0xffffffff],
  spanId: [5, 6],
  parentSpanId: undefined,
  parentRemote: false,
  flags: 1,
  label: 'agent',
  origin: ORIGIN,
  links: [],
} as const

const ends = (tuple: EventTuple): boolean => endsExportedSpan(rowOf(tuple), slotOf(tuple))

it.each([
  ['an opening of a root', OPENING, openingTuple],
  [
    'an opening with a parent and links',
    {
      ...OPENING,
      parentSpanId: [8, 0],
      parentRemote: true,
      links: [
        { traceId: [1, 2, 3, 4], spanId: [5, 6], flags: 1, remote: true },
        { traceId: [9, 9, 9, 9], spanId: [9, 9], flags: 0, remote: false },
      ],
    } as const,
    openingTuple,
  ],
  ['an event', { id: 7, timeMs: 12.5, name: 'compacted', attributes: [['kept', 3]] } as const, spanEventTuple],
] as const)('gives %s back as it was', (_, said, make) => {
  const tuple = make(said as never)
  expect(isSpanRow(rowOf(tuple))).toBe(true)
  const { type, ...read } = readSpanTuple(tuple)
  expect(read).toEqual(said)
  expect(endsSpan(rowOf(tuple), slotOf(tuple))).toBe(false)
  expect(opensSpan(rowOf(tuple), slotOf(tuple))).toBe(type === 'open')
})

it('gives facts, attributes and endings back as they were, without what is absent', () => {
  const entries: SpanEntry[] = [
    { type: 'facts', id: 7, facts: { responseId: 'r', finishReasons: ['stop'], firstChunkSeconds: 0.5 } },
    { type: 'attributes', id: 7, attributes: [['a', [1, 2]]] },
    { type: 'end', id: 7, timeMs: 13, outcome: SpanOutcome.failed, errorType: '500' },
  ]
  const [ending] = entries.slice(2) as [Extract<SpanEntry, { type: 'end' }>]
  const tuples = [
    factsTuple(7, { responseId: 'r', provider: undefined, finishReasons: ['stop'], firstChunkSeconds: 0.5 }),
    attributesTuple(7, [['a', [1, 2]]]),
    endingTuple(ending, true),
  ]
  expect(tuples.map(readSpanTuple)).toEqual(entries)
  expect(tuples.map(ends)).toEqual([false, false, true])
  expect(ends(endingTuple(ending, false))).toBe(false)
})
