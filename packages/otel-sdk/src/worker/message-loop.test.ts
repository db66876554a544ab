import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { createEventWriter, type EventWriter } from '../client/event-writer.ts'
import { openSpan } from '../client/spans/open-span.fixture.ts'
import type { OpenSpan } from '../client/spans/open-span.ts'
import { openTuple, rowOf, setSpan } from '../protocol/event-tuple.ts'
import type { FromWorker, Posted, ToWorker } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import {
  createSharedState,
  Rest,
  SharedSlot,
  type SharedState,
  SignalSlot,
  signalSlot,
  WORKER_GONE,
} from '../protocol/shared-state.ts'
import { factsTuple, SpanKind, SpanOutcome } from '../protocol/span-tuple.ts'
import { createMessageLoop, type MessageLoop, type OpenSignals } from './message-loop.ts'

let channel: MessageChannel
let shared: SharedState
let calls: string[]
let answers: FromWorker[]
let ready: Promise<void>
let writer: EventWriter
/** Bytes of the events. */
let written: number

beforeEach(() => {
  channel = new MessageChannel()
  shared = createSharedState()
  calls = []
  answers = []
  ready = Promise.resolve()
  written = 0
  writer = createEventWriter({ onChunk: (buffer, eventsTo) => send({ type: 'chunk', buffer }, eventsTo) })
  channel.port1.on('message', (message: FromWorker) => answers.push(message))
})

afterEach(() => {
  channel.port1.close()
  channel.port2.close()
})

const call = (name: string): void => {
  calls.push(name)
}

/** Events that follow each other are one call. */
function emit(): void {
  const [, count] = /^logs emit (\d+)$/.exec(calls.at(-1) ?? '') ?? []
  if (count === undefined) call('logs emit 1')
  else calls[calls.length - 1] = `logs emit ${Number(count) + 1}`
}

/** Signals that write down what they are asked to do. */
function signals(delivered: boolean, withTraces: boolean): OpenSignals {
  const pipeline = (name: string) => ({
    journal: async () => call(`${name} journal`),
    ready: () => ready,
    flush: async (_: number, leaving: boolean) => {
      call(`${name} flush${leaving ? ' leaving' : ''}`)
      return delivered
    },
    end: async () => {
      call(`${name} end`)
      return delivered
    },
  })
  return {
    logs: {
      ...pipeline('logs'),
      describe: ({ session }) => call(`logs describe ${session}`),
      emit,
      learn: () => call('logs learn'),
    },
    metrics: {
      ...pipeline('metrics'),
      checkpoint: async () => call('metrics checkpoint'),
      record: (_, __, count) => call(`metrics record ${count}`),
      learn: ({ identity }) => call(`metrics learn ${identity?.userId}`),
    },
    traces: !withTraces
      ? undefined
      : {
          ...pipeline('traces'),
          learn: () => call('traces learn'),
          take: ({ type, id }) => call(`traces ${type} ${id}`),
          forget: span => call(`traces forget ${span}`),
          event: (tuple, span) => call(`traces event ${rowOf(tuple)} of ${span}`),
          idsOf: () => undefined,
        },
  }
}

function start(delivered = true, withoutCheckpoints = false, withTraces = false): MessageLoop {
  return createMessageLoop({
    withoutCheckpoints,
    port: channel.port2,
    shared,
    signals: signals(delivered, withTraces),
    onLeaving: () => call('leaving'),
    onEnd: () => call('ended'),
  })
}

const SESSION: SessionAttributes = { common: { 'conversation.id': 'c' }, authEnvironment: {}, own: {} }

const post = (...messages: ToWorker[]): void => {
  for (const message of messages) send(message, writer.position)
}
const send = (message: ToWorker, eventsTo: number): void =>
  channel.port1.postMessage({ ...message, eventsTo } satisfies Posted)
/** Writes events where the loop reads them. */
function write(count: number): void {
  for (let i = 0; i < count; i++) written += writer.write(openTuple(0, i), SESSION)
}
const measurements = (count: number): ToWorker => ({
  type: 'measurements',
  series: [],
  values: new Float64Array(2),
  count,
  checkpoint: false,
  bytes: 7,
})
const withCheckpoint = (message: ToWorker): ToWorker => ({ ...message, checkpoint: true }) as ToWorker
const untilMs = (): number => monotonicMs() + 1000
const load = (slot: number): number => Atomics.load(shared, slot)
const isIdle = (): boolean => load(SharedSlot.rest) === Rest.idle

it('counts measurements without checkpoints as taken in only when they are exported', async () => {
  const loop = start(true, true)
  write(2)
  post(withCheckpoint(measurements(5)))
  loop.wake()
  await expect.poll(isIdle).toBe(true)
  expect(load(SharedSlot.takenRecords)).toBe(2)
  post({ type: 'flush', id: 1, untilMs: untilMs() })
  loop.wake()
  await expect.poll(() => load(SharedSlot.takenRecords)).toBe(7)
  post(measurements(4), { type: 'leave', id: 2, untilMs: untilMs(), end: true })
  loop.wake()
  await expect.poll(() => load(SharedSlot.left)).toBe(2)
  expect(load(SharedSlot.takenRecords)).toBe(11)
})

it('journals the events that are there together, and counts them as taken in only then', async () => {
  write(7)
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['logs describe 1', 'logs emit 7', 'logs journal'])
  expect(load(SharedSlot.takenRecords)).toBe(7)
  expect(load(signalSlot('logs', SignalSlot.collected))).toBe(7)
  // With the description of the session: what is not counted here would count as waiting for ever.
  expect(load(SharedSlot.takenBytes)).toBe(written)
})

it('gives spans what is said of them and the events that belong to them, and counts those that are exported', async () => {
  const belonging = openTuple(0, 1)
  setSpan(belonging, 1)
  const [turn, context, whole] = [openSpan(1), openSpan(2, { kind: SpanKind.context }), openSpan(3)]
  const end = (span: OpenSpan, isExported: boolean) => writer.endSpan(span, 3, SpanOutcome.done, undefined, isExported)
  written += writer.openSpan(turn)
  written += writer.write(openTuple(0, 1), SESSION)
  written += writer.write(belonging, SESSION, turn)
  written += writer.say(factsTuple(1, { turnIndex: 1 }), turn)
  written += end(turn, true)
  written += writer.openSpan(context)
  written += end(context, false)
  written += end(whole, true)
  post({ type: 'process', facts: {} }, { type: 'flush', id: 1, untilMs: untilMs() })
  start(true, false, true).wake()
  await expect.poll(() => answers).toEqual([{ type: 'flushed', id: 1, delivered: true }])
  expect(calls.filter(name => !name.startsWith('logs describe'))).toEqual([
    'traces open 1',
    'logs emit 2',
    'traces event 0 of 1',
    'traces facts 1',
    'traces end 1',
    'traces open 2',
    'traces end 2',
    'traces whole 3',
    'logs journal',
    'traces journal',
    'logs learn',
    'metrics learn undefined',
    'traces learn',
    'logs flush',
    'metrics flush',
    'traces flush',
  ])
  expect(load(signalSlot('logs', SignalSlot.collected))).toBe(2)
  expect(load(signalSlot('traces', SignalSlot.collected))).toBe(2)
  expect(load(SharedSlot.takenRecords)).toBe(4)
})

it('writes a checkpoint of the measurements when a message asks for one', async () => {
  post(measurements(2), withCheckpoint(measurements(3)))
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['metrics record 2', 'metrics record 3', 'metrics checkpoint'])
})

it('journals each 384 events', async () => {
  write(800)
  start().wake()
  await expect.poll(isIdle).toBe(true)
  const events = calls.filter(name => !name.startsWith('logs describe'))
  expect(events).toEqual([
    'logs emit 384',
    'logs journal',
    'logs emit 384',
    'logs journal',
    'logs emit 32',
    'logs journal',
  ])
})

it('gathers the events that follow others, unless there are many or a message cannot wait', async () => {
  write(1)
  const loop = start()
  loop.wake()
  while (load(SharedSlot.rest) !== Rest.gathering) await new Promise(setImmediate)
  expect(load(SharedSlot.takenRecords)).toBe(1)
  write(2)
  post({ type: 'flush', id: 1, untilMs: untilMs() })
  loop.wake()
  await expect.poll(() => answers).toHaveLength(1)
  await expect.poll(isIdle).toBe(true)
  expect(calls.slice(1)).toEqual([
    'logs emit 1',
    'logs journal',
    'logs emit 2',
    'logs journal',
    'logs flush',
    'metrics flush',
  ])
})

it('leaves events where they are while there is no room, and takes them in when the process is leaving', async () => {
  let release = (): void => {}
  ready = new Promise(resolve => {
    release = resolve
  })
  write(385)
  const loop = start()
  loop.wake()
  await expect.poll(() => load(SharedSlot.takenRecords)).toBe(384)
  expect(calls).not.toContain('logs emit 1')
  Atomics.store(shared, SharedSlot.leaving, 1)
  loop.wake()
  expect(calls).toContain('leaving')
  release()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toContain('logs emit 1')
})

it('journals events before the measurements that came after them', async () => {
  write(1)
  post(measurements(5))
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['logs describe 1', 'logs emit 1', 'logs journal', 'metrics record 5'])
  expect(load(SharedSlot.takenRecords)).toBe(6)
})

it('takes a message in its place among the events, also where the events after it are there already', async () => {
  write(2)
  post({ type: 'process', facts: { identity: { userId: 'a' } } })
  write(3)
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual([
    'logs describe 1',
    'logs emit 2',
    'logs journal',
    'logs learn',
    'metrics learn a',
    'logs emit 3',
    'logs journal',
  ])
})

it('reads chunks that are no shared memory, and what follows them', async () => {
  let refuses = true
  writer = createEventWriter({
    onChunk: (buffer, eventsTo) => send({ type: 'chunk', buffer }, eventsTo),
    allocate(bytes) {
      if (refuses) throw new RangeError('no memory')
      return new SharedArrayBuffer(bytes)
    },
  })
  write(2)
  writer.handOver()
  write(1)
  post(measurements(5))
  refuses = false
  write(12_000)
  writer.handOver()
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(load(signalSlot('logs', SignalSlot.collected))).toBe(12_003)
  expect(calls.slice(0, 4)).toEqual(['logs describe 1', 'logs emit 2', 'logs journal', 'metrics record 5'])
})

it('answers a flush with whether every signal was delivered', async () => {
  post({ type: 'process', facts: { identity: { userId: 'a' } } }, { type: 'flush', id: 8, untilMs: untilMs() })
  start(false).wake()
  await expect.poll(() => answers).toEqual([{ type: 'flushed', id: 8, delivered: false }])
  expect(calls).toEqual(['logs learn', 'metrics learn a', 'logs flush', 'metrics flush'])
})

it('ends every signal at a shutdown, answers, and lets a blocked thread go', async () => {
  write(1)
  post({ type: 'shutdown', id: 3, untilMs: untilMs() })
  start().wake()
  await expect.poll(() => answers).toEqual([{ type: 'flushed', id: 3, delivered: true }])
  expect(calls).toEqual(['logs describe 1', 'logs emit 1', 'logs journal', 'logs end', 'metrics end', 'ended'])
  expect(load(SharedSlot.left)).toBe(WORKER_GONE)
})

it('names the message after which the process may leave, whether it ends or goes on', async () => {
  const loop = start()
  post({ type: 'leave', id: 1, untilMs: untilMs(), end: false })
  loop.wake()
  await expect.poll(() => load(SharedSlot.left)).toBe(1)
  expect(calls).toEqual(['logs flush leaving', 'metrics flush leaving'])
  post({ type: 'leave', id: 2, untilMs: untilMs(), end: true })
  loop.wake()
  await expect.poll(() => load(SharedSlot.left)).toBe(2)
  expect(calls.slice(2)).toEqual(['logs end', 'metrics end'])
})
