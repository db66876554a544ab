import { createTelemetry } from '@codex/otel-api/noop'
import { APP_VERSION, EVENT_NAME, type ToolCall } from '@codex/test-kit/contender'
import { report } from '../harness/child-process.ts'
import { SESSION, toolCall } from '../tool-result.ts'

/** Measures the no-op's `emit` against a function that is empty. */
export interface NoopOptions {
  rounds: number
  calls: number
}

export interface NoopResult {
  /** Nanoseconds a call, by round. */
  emptyNs: number[]
  noopNs: number[]
}

interface Target {
  emit(name: typeof EVENT_NAME, payload: ToolCall): void
}

const { rounds, calls } = JSON.parse(process.argv[2] ?? '') as NoopOptions
const noop = createTelemetry({ config: undefined, codexHome: '/', serviceVersion: APP_VERSION }).session(SESSION)
// As many shapes as it takes for the call below to be looked up each time: the compiler must neither know the callee
// nor take it into the loop.
const empty: readonly Target[] = [
  { emit() {} },
  { a: 1, emit() {} },
  { b: 1, emit() {} },
  { c: 1, emit() {} },
  { d: 1, emit() {} },
  { e: 1, emit() {} },
] as readonly (Target & object)[]
const payloads = Array.from({ length: 64 }, (_, index) => toolCall(index))

/** Nanoseconds a call. The sum uses every payload, so that none of the work can be left out. */
function measure(target: Target): number {
  let sum = 0
  const begin = process.hrtime.bigint()
  for (let i = 0; i < calls; i++) {
    const payload = payloads[i & 63] as ToolCall
    target.emit(EVENT_NAME, payload)
    sum += payload.durationMs
  }
  const ns = Number(process.hrtime.bigint() - begin)
  if (sum < 0) throw new Error('never')
  return ns / calls
}

for (let i = 0; i < 5; i++) for (const target of [...empty, noop]) measure(target)

const result: NoopResult = { emptyNs: [], noopNs: [] }
for (let round = 0; round < rounds; round++) {
  result.emptyNs.push(measure(empty[round % empty.length] as Target))
  result.noopNs.push(measure(noop))
}
await report(result)
