import { expect, it } from 'vitest'
import { type EventTuple, rowOf, slotOf } from './event-tuple.ts'
import {
  attributesTuple,
  endsExportedSpan,
  endsSpan,
  factsTuple,
  hasOpening,
  isSpanRow,
  opensSpan,
  readSpanTuple,
  SPAN_ROW,
  SpanSaying,
  spanEventTuple,
} from './span-tuple.ts'

it('gives facts, attributes and events back as they were, without what is absent', () => {
  const facts = { responseId: 'r', finishReasons: ['stop'], firstChunkSeconds: 0.5 }
  const event = { id: 7, timeMs: 12.5, name: 'compacted', attributes: [['kept', 3]] } as const
  const tuples: EventTuple[] = [
    factsTuple(7, { ...facts, provider: undefined }),
    attributesTuple(7, [['a', [1, 2]]]),
    spanEventTuple(event),
  ]
  expect(tuples.map(readSpanTuple)).toEqual([
    { type: 'facts', id: 7, facts },
    { type: 'attributes', id: 7, attributes: [['a', [1, 2]]] },
    { type: 'event', ...event },
  ])
  for (const tuple of tuples) {
    expect(isSpanRow(rowOf(tuple))).toBe(true)
    expect([opensSpan, endsSpan, endsExportedSpan].map(is => is(rowOf(tuple), slotOf(tuple)))).toEqual([
      false,
      false,
      false,
    ])
  }
})

it.each([
  ['open', { opens: true, ends: false, exported: false, hasOpening: true }],
  ['end', { opens: false, ends: true, exported: false, hasOpening: false }],
  ['exportedEnd', { opens: false, ends: true, exported: true, hasOpening: false }],
  ['whole', { opens: false, ends: false, exported: true, hasOpening: true }],
] as const)('knows what %s does with a span that is open, and whether it is a record', (saying, is) => {
  const slot = SpanSaying[saying]
  const said = {
    opens: opensSpan(SPAN_ROW, slot),
    ends: endsSpan(SPAN_ROW, slot),
    exported: endsExportedSpan(SPAN_ROW, slot),
    hasOpening: hasOpening(SPAN_ROW, slot),
  }
  expect(said).toEqual(is)
  expect(opensSpan(0, slot) || endsSpan(0, slot) || endsExportedSpan(0, slot) || hasOpening(0, slot)).toBe(false)
})
