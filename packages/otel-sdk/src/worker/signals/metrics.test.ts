import type { ReceivedMetricPoint } from '@codex/otlp-receiver'
import { expect, it } from 'vitest'
import type { SeriesDescription } from '../../protocol/messages.ts'
import { SignalSlot } from '../../protocol/shared-state.ts'
import { userIdHash } from '../identity/user-id-hash.ts'
import { createMetricSignal, type MetricSignal } from './metrics.ts'
import { openRoute } from './signal-start.fixture.ts'

const COUNTER: SeriesDescription = { id: 0, name: 'codex.turns', kind: 'counter', attributes: { model: 'a' } }
const DURATION: SeriesDescription = { id: 1, name: 'codex.turn_ms', kind: 'duration', attributes: {} }

/** Records values, one measurement each, in order. */
function record(signal: MetricSignal, series: readonly SeriesDescription[], pairs: [id: number, value: number][]) {
  signal.record(series, Float64Array.from(pairs.flat()), pairs.length)
}

const values = (points: readonly ReceivedMetricPoint[]): unknown[] =>
  points.map(point => [
    point.name,
    point.kind === 'sum' ? point.value : point.kind === 'histogram' ? point.count : null,
  ])

it('the measurements of a series arrive as one point, with the resource of metrics', async () => {
  await using route = await openRoute('metrics')
  const signal = createMetricSignal(route.start, route.delivery, undefined)
  record(
    signal,
    [COUNTER, DURATION],
    [
      [0, 2],
      [1, 30],
      [0, 3],
      [1, 70],
    ],
  )
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.metrics).toMatchObject([
    {
      name: 'codex.turns',
      kind: 'sum',
      value: 5,
      monotonic: true,
      temporality: 'delta',
      attributes: { model: { value: 'a' } },
      resource: { attributes: { 'service.name': { value: 'codex_exec' }, 'host.arch': { type: 'string' } } },
    },
    { name: 'codex.turn_ms', kind: 'histogram', unit: 'ms', count: 2, sum: 100, min: 30, max: 70 },
  ])
})

it('an export holds what was measured since the export before, or all of it with cumulative temporality', async () => {
  for (const [temporality, second] of [
    ['delta', 1],
    ['cumulative', 3],
  ] as const) {
    await using route = await openRoute('metrics', { metrics: { temporality } })
    const signal = createMetricSignal(route.start, route.delivery, undefined)
    record(signal, [COUNTER], [[0, 2]])
    expect(await signal.flush(10_000, false)).toBe(true)
    record(signal, [], [[0, 1]])
    expect(await signal.end(10_000)).toBe(true)
    expect(values(route.receiver.metrics)).toEqual([
      ['codex.turns', 2],
      ['codex.turns', second],
    ])
  }
})

it('a measurement that comes while an export collects is in the export after it', async () => {
  await using route = await openRoute('metrics')
  const signal = createMetricSignal(route.start, route.delivery, undefined)
  record(signal, [COUNTER], [[0, 2]])
  const flushed = signal.flush(10_000, false)
  await Promise.resolve()
  record(signal, [], [[0, 1]])
  await flushed
  expect(values(route.receiver.metrics)).toEqual([['codex.turns', 2]])
  await signal.end(10_000)
  expect(values(route.receiver.metrics)).toEqual([
    ['codex.turns', 2],
    ['codex.turns', 1],
  ])
})

it('an export without measurements makes no request', async () => {
  await using route = await openRoute('metrics')
  const signal = createMetricSignal(route.start, route.delivery, undefined)
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.requests).toEqual([])
})

it('a checkpoint stores what was measured, and the export takes its place', async () => {
  await using route = await openRoute('metrics')
  const signal = createMetricSignal(route.start, route.delivery, undefined)
  record(signal, [COUNTER], [[0, 2]])
  await signal.checkpoint()
  expect(route.store.records).toBe(1)
  expect(route.shared(SignalSlot.collected)).toBe(1)
  expect(route.receiver.requests).toEqual([])
  expect(await signal.end(10_000)).toBe(true)
  expect(route.store.records).toBe(0)
  expect(values(route.receiver.metrics)).toEqual([['codex.turns', 2]])
})

it('the first usable identity is the user of every export after it', async () => {
  await using route = await openRoute('metrics')
  const signal = createMetricSignal(route.start, route.delivery, undefined)
  signal.learn({ identity: {} })
  record(signal, [COUNTER], [[0, 1]])
  await signal.flush(10_000, false)
  signal.learn({ identity: { userId: 'user-1' } })
  signal.learn({ identity: { userId: 'user-2' } })
  record(signal, [], [[0, 1]])
  await signal.end(10_000)
  expect(route.receiver.metrics.map(({ resource }) => resource.attributes.user_id?.value)).toEqual([
    undefined,
    userIdHash({ userId: 'user-1' }),
  ])
})

it('two names that are the same without their secrets share a name, and each keeps its kind', async () => {
  await using route = await openRoute('metrics')
  const signal = createMetricSignal(route.start, route.delivery, undefined)
  const token = (end: string): string => ['gh', 'p_', `aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYza${end}`].join('')
  const counter = { ...COUNTER, name: `x.${token('B3')}` }
  const histogram: SeriesDescription = { ...DURATION, kind: 'histogram', name: `x.${token('C4')}` }
  record(
    signal,
    [counter, histogram],
    [
      [0, 2],
      [1, 30],
    ],
  )
  await signal.end(10_000)
  const name = 'x._SCRUBBED_github-token_'
  expect(values(route.receiver.metrics)).toEqual([
    [name, 2],
    [name, 1],
  ])
  expect(route.shared(SignalSlot.scrubbed)).toBe(2)
})
