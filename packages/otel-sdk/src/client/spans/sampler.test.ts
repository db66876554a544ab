import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import type { SamplerName } from '../../config/effective-config.ts'
import type { TraceIdWords } from '../../protocol/span-tuple.ts'
import { createSampler } from './sampler.ts'

/** A generator that gives the same ids in each run. */
function* traceIds(count: number): Generator<TraceIdWords> {
  let state = 0x9e3779b9
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  for (let i = 0; i < count; i++) yield [next(), next(), next(), next()]
}

const hex = (words: readonly number[]): string => words.map(word => word.toString(16).padStart(8, '0')).join('')

const decides = (sampler: Sampler, id: TraceIdWords, parentFlags: number | undefined): boolean => {
  const traceId = hex(id)
  const above =
    parentFlags === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: '1234567890123456',
          traceFlags: parentFlags & TraceFlags.SAMPLED,
          isRemote: true,
        })
  const { decision } = sampler.shouldSample(above, traceId, 'x', SpanKind.INTERNAL, {}, [])
  return decision === SamplingDecision.RECORD_AND_SAMPLED
}

it.each([0, 0.001, 0.1, 0.5, 1])('decides on 100,000 traces as OpenTelemetry does at the ratio %s', ratio => {
  const theirs = new TraceIdRatioBasedSampler(ratio)
  const ours = createSampler('traceidratio', ratio)
  let sampled = 0
  let different = 0
  for (const id of traceIds(100_000)) {
    const decision = ours(id, undefined)
    if (decision) sampled++
    if (decision !== decides(theirs, id, undefined)) different++
  }
  expect(different).toBe(0)
  expect(sampled / 100_000).toBeCloseTo(ratio, 2)
})

it.each<[SamplerName, Sampler]>([
  ['always_on', new AlwaysOnSampler()],
  ['always_off', new AlwaysOffSampler()],
  ['traceidratio', new TraceIdRatioBasedSampler(0.3)],
  ['parentbased_always_on', new ParentBasedSampler({ root: new AlwaysOnSampler() })],
  ['parentbased_always_off', new ParentBasedSampler({ root: new AlwaysOffSampler() })],
  ['parentbased_traceidratio', new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.3) })],
])('%s decides as that of OpenTelemetry, below any parent', (name, theirs) => {
  const ours = createSampler(name, 0.3)
  for (const parentFlags of [undefined, 0, 1, 2, 3]) {
    const different = [...traceIds(1_000)].filter(id => ours(id, parentFlags) !== decides(theirs, id, parentFlags))
    expect(different).toEqual([])
  }
})

it.each([
  [Number.NaN, 0],
  [-1, 0],
  [2, 1],
])('takes the ratio %s for %s', (ratio, share) => {
  const sampled = [...traceIds(1_000)].filter(id => createSampler('traceidratio', ratio)(id, undefined))
  expect(sampled.length).toBe(share * 1_000)
})
