import { convertGenAISpanAttributesToOpenInferenceSpanAttributes } from '@arizeai/openinference-genai'
import { readRecords } from '@codex/otlp-receiver'
import {
  SpanKind as ApiSpanKind,
  type Attributes,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import { type EventTuple, spanOf } from '../../protocol/event-tuple.ts'
import { SignalSlot } from '../../protocol/shared-state.ts'
import { type SpanEntry, SpanKind } from '../../protocol/span-tuple.ts'
import { VERSION } from '../../version.ts'
import { hrTime } from '../otlp/hr-time.ts'
import type { AssembledSpan } from './assembled-span.ts'
import { configuredScrubber } from './configured-scrubber.ts'
import { baseResource } from './resource.ts'
import { ending, opening, SCRIPTED_TURN } from './scripted-turn.fixture.ts'
import { openRoute, type SignalRoute } from './signal-start.fixture.ts'
import { createSpanAssembler } from './span-assembler.ts'
import { createSpanSignal, readableSpan, type SpanSignal } from './traces.ts'

function feed(signal: SpanSignal, steps: readonly (SpanEntry | EventTuple)[]): void {
  for (const step of steps) {
    if ('type' in step) signal.take(step)
    else signal.event(step, spanOf(step))
  }
}

const open = (route: SignalRoute): SpanSignal => createSpanSignal(route.start, route.delivery, undefined)

/** The spans of steps as they are assembled, with the resource that they have. */
function assembled(route: SignalRoute, steps: readonly (SpanEntry | EventTuple)[]) {
  const { content, tracing } = route.start.config
  const spans: AssembledSpan[] = []
  const scrubber = configuredScrubber(content, undefined)
  const assembler = createSpanAssembler({ content, tracing, scrubber, onSpan: span => spans.push(span) })
  for (const step of steps) {
    if ('type' in step) assembler.take(step)
    else assembler.event(step, spanOf(step))
  }
  return { spans, resource: baseResource(route.start, scrubber) }
}

it('a turn arrives as a tree, with the resource of the process and the schema of its names', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, SCRIPTED_TURN)
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  const { spans } = route.receiver
  expect(spans.map(({ name, kind, parentSpanId, status }) => [name, kind, parentSpanId, status])).toEqual([
    ['chat gpt-5.1-codex', 'client', '0f067aa000000001', { code: 'unset', message: '' }],
    ['codex.approval', 'internal', '0f067aa000000001', { code: 'unset', message: '' }],
    ['execute_tool exec_command', 'internal', '0f067aa000000001', { code: 'unset', message: '' }],
    [
      'chat gpt-5.1-codex',
      'client',
      '0f067aa000000001',
      { code: 'error', message: expect.stringMatching(/^CANARY-stream token=\[SCRUBBED/) },
    ],
    ['invoke_agent codex-cli', 'internal', '', { code: 'unset', message: '' }],
  ])
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['4bf92f3577b34da6a3ce929d0e0e4736']))
  expect(spans[0]).toMatchObject({
    scope: { name: 'codex_otel', schemaUrl: 'https://opentelemetry.io/schemas/1.41.0' },
    resource: { attributes: { 'service.name': { value: 'codex_exec' }, 'service.version': { value: '1.2.3' } } },
  })
  expect(route.shared(SignalSlot.scrubbed)).toBe(1)
})

it('the request has the bytes that the stock SDK makes of the same tree', async () => {
  await using route = await openRoute('traces', { tracestate: { acme: { tier: 'gold' } } })
  const link = { traceId: [1, 2, 3, 0xffffffff], spanId: [5, 6], flags: 1, remote: true } as const
  const steps = [
    opening(8, SpanKind.turn, 'linked', { parentSpanId: [7, 7], parentRemote: true, links: [link], flags: 1 }),
    ending(8),
    ...SCRIPTED_TURN,
  ]
  const { spans, resource } = assembled(route, steps)
  const mine = ProtobufTraceSerializer.serializeRequest(spans.map(span => readableSpan(span, resource)))
  const stock = new InMemorySpanExporter()
  const ids: { traceId: string; spanId: string }[] = []
  const provider = new TracerProvider({
    resource,
    idGenerator: {
      generateTraceId: () => ids[0]?.traceId as string,
      generateSpanId: () => ids[0]?.spanId as string,
    },
    spanProcessors: [new SimpleSpanProcessor({ exporter: stock })],
  })
  const tracer = provider.getTracer('codex_otel', VERSION, { schemaUrl: 'https://opentelemetry.io/schemas/1.41.0' })
  for (const span of spans) {
    const read = readableSpan(span, resource)
    const own = read.spanContext()
    ids.push({ traceId: own.traceId, spanId: own.spanId })
    const parent = read.parentSpanContext
    const context =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceState: stateOf(own) })
    const made = tracer.startSpan(
      span.name,
      {
        kind: span.isClient ? ApiSpanKind.CLIENT : ApiSpanKind.INTERNAL,
        startTime: hrTime(span.opening.timeMs),
        attributes: read.attributes,
        links: read.links,
      },
      context,
    )
    ids.shift()
    for (const event of read.events) made.addEvent(event.name, event.attributes, event.time)
    if (span.failed)
      made.setStatus({ code: SpanStatusCode.ERROR, ...(span.statusMessage && { message: span.statusMessage }) })
    made.end(hrTime(span.endMs))
  }
  await provider.forceFlush()
  const theirs = stock.getFinishedSpans()
  expect(theirs.map(({ name: made }) => made)).toEqual(spans.map(({ name: made }) => made))
  // A root of the stock SDK has no tracestate of its own.
  const withState = theirs.map(
    (span, i): ReadableSpan =>
      new Proxy(span, {
        get: (target, key) =>
          key === 'spanContext'
            ? () => ({
                ...target.spanContext(),
                traceState: stateOf(readableSpan(spans[i] as AssembledSpan, resource).spanContext()),
              })
            : Reflect.get(target, key),
      }),
  )
  expect(ProtobufTraceSerializer.serializeRequest(withState)).toEqual(mine)
})

const stateOf = ({ traceState }: SpanContext) => traceState as NonNullable<SpanContext['traceState']>

it.each([
  ['without texts', {}],
  ['with texts', { log_user_prompt: true, traces: { content: true } }],
])(
  'a receiver that reads the conventions sees models, an agent and a tool, and counts each token once, %s',
  async (_, table) => {
    await using route = await openRoute('traces', table)
    const { spans } = assembled(route, SCRIPTED_TURN)
    // What names no operation is no call of anything; this receiver would take every span for a model's.
    const calls = spans.filter(({ attributes }) => 'gen_ai.operation.name' in attributes)
    const read = calls.map(
      ({ attributes }) => convertGenAISpanAttributesToOpenInferenceSpanAttributes(attributes as Attributes) ?? {},
    )
    expect(read.map(attributes => attributes['openinference.span.kind'])).toEqual(['LLM', 'TOOL', 'LLM', 'AGENT'])
    const sum = (key: string): number => read.reduce((total, attributes) => total + Number(attributes[key] ?? 0), 0)
    expect([sum('llm.token_count.prompt'), sum('llm.token_count.completion')]).toEqual([110, 21])
  },
)

it('the open turns are on disk, ended as killed, until they end', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, SCRIPTED_TURN.slice(0, -1))
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(1)
  feed(signal, SCRIPTED_TURN.slice(-1))
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(0)
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.spans.map(({ name }) => name)).toHaveLength(5)
})

it('what else is open is stored with a turn that ends, or else before the delivery goes on', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, [opening(1, SpanKind.turn, 'a'), opening(2, SpanKind.turn, 'b'), opening(3, SpanKind.turn, 'c')])
  await signal.journal()
  const { checkpoints } = route.store
  const steps: string[] = []
  const { replace, save } = checkpoints
  checkpoints.save = (...checkpoint) => {
    steps.push('saved')
    return save(...checkpoint)
  }
  checkpoints.replace = (bytes, records, following) => {
    steps.push(`replaced by ${records}, followed by ${following?.records}`)
    return replace(bytes, records, following)
  }
  feed(signal, [ending(1)])
  await signal.journal()
  expect(steps).toEqual(['replaced by 1, followed by 2'])
  expect([route.delivery.stats.checkpointed, route.store.records]).toEqual([2, 3])
  checkpoints.replace = (bytes, records) => replace(bytes, records)
  const accept = route.delivery.accept.bind(route.delivery)
  route.delivery.accept = (...request) => {
    const accepted = accept(...request)
    steps.push('accepted')
    return accepted
  }
  feed(signal, [ending(2)])
  await signal.journal()
  expect(steps.slice(1)).toEqual(['saved', 'accepted'])
  expect([route.delivery.stats.checkpointed, route.store.records]).toEqual([1, 3])
  feed(signal, [ending(3)])
  await signal.journal()
  expect([route.delivery.stats.checkpointed, route.store.records]).toEqual([0, 3])
})

it('a call is on disk, ended as killed, while a sub-agent works for it', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  const below = (id: number) => ({ parentSpanId: [0xf067aa0, id] as const })
  feed(signal, [opening(1, SpanKind.turn, 'a'), opening(2, SpanKind.tool, 'task', below(1))])
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(1)
  feed(signal, [opening(3, SpanKind.turn, 'b', below(2))])
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(3)
  feed(signal, [ending(3), ending(2)])
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(1)
  feed(signal, [ending(1)])
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.spans.map(({ name }) => name)).toEqual([
    'invoke_agent b',
    'execute_tool task',
    'invoke_agent a',
  ])
})

it('a turn that another process took over is not sent again when it ends, nor saved again', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, SCRIPTED_TURN.slice(0, -1))
  await signal.journal()
  route.store.onConfirm = () => route.store.lose('taken-over')
  feed(signal, SCRIPTED_TURN.slice(-1))
  await signal.journal()
  feed(signal, [opening(9, SpanKind.turn, 'next', { spanId: [9, 9] })])
  await signal.journal()
  expect(route.delivery.stats).toMatchObject({ checkpointed: 1, spooled: 5, pending: 0 })
  feed(signal, [ending(9)])
  route.store.onConfirm = () => {}
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.spans.map(({ name }) => name)).toEqual(['invoke_agent next'])
})

it('a turn that goes on after another process took it over is not saved again', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, SCRIPTED_TURN.slice(0, -1))
  await signal.journal()
  route.store.lose('taken-over')
  expect(route.delivery.stats.checkpointed).toBe(0)
  feed(signal, [opening(9, SpanKind.turn, 'next', { spanId: [9, 9] })])
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(1)
  feed(signal, [...SCRIPTED_TURN.slice(-1), ending(9)])
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.spans.map(({ name }) => name)).toEqual(['invoke_agent next'])
})

it('a turn is on disk before what is below it', async () => {
  await using route = await openRoute('traces')
  const written: string[][] = []
  const append = route.store.append.bind(route.store)
  route.store.append = (bytes, records) => {
    const names: string[] = []
    readRecords('traces', bytes, 'binary', ({ name }) => names.push(name))
    written.push(names)
    return append(bytes, records)
  }
  const signal = open(route)
  feed(signal, SCRIPTED_TURN.slice(0, -1))
  await signal.journal()
  expect(written.map(names => names[0])).toEqual(['invoke_agent codex-cli', 'chat gpt-5.1-codex'])
  feed(signal, [opening(9, SpanKind.chat, 'm', { spanId: [9, 9], parentSpanId: [0xf067aa0, 1] }), ending(9)])
  await signal.journal()
  expect(written.slice(2)).toEqual([['invoke_agent codex-cli'], ['chat m']])
  expect(route.delivery.stats.checkpointed).toBe(1)
  // The turn ends, and the next one has a chat already.
  feed(signal, [
    ...SCRIPTED_TURN.slice(-1),
    opening(10, SpanKind.turn, 'next', { spanId: [10, 10] }),
    opening(11, SpanKind.chat, 'of the next', { spanId: [11, 11], parentSpanId: [10, 10] }),
    ending(11),
  ])
  await signal.journal()
  expect(written.slice(4)).toEqual([['invoke_agent codex-cli'], ['invoke_agent next'], ['chat of the next']])
})

it('a turn whose checkpoint is deleted is saved again', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, [opening(1, SpanKind.turn, 'a')])
  await signal.journal()
  route.store.lose('deleted')
  expect(route.delivery.stats.checkpointed).toBe(0)
  await signal.journal()
  expect(route.delivery.stats.checkpointed).toBe(1)
})

it('a turn that an earlier worker has sent leaves no checkpoint', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, [opening(1, SpanKind.turn, 'a')])
  await signal.journal()
  expect(route.store.records).toBe(1)
  signal.forget(1)
  await signal.journal()
  expect([route.delivery.stats.checkpointed, route.store.records]).toEqual([0, 0])
})

it('spans that are not sampled are not sent', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, [opening(1, SpanKind.turn, 'a', { flags: 0 }), ending(1)])
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.spans).toEqual([])
})

it('what is learnt of the process counts for spans that end later', async () => {
  await using route = await openRoute('traces')
  const signal = open(route)
  feed(signal, [opening(1, SpanKind.turn, 'a')])
  signal.learn({ serviceName: 'my-agent' })
  feed(signal, [ending(1)])
  await signal.journal()
  expect(await signal.end(10_000)).toBe(true)
  expect(route.receiver.spans[0]?.resource.attributes['service.name']?.value).toBe('my-agent')
})
