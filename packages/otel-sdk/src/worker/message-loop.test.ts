import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTuple } from '../protocol/event-tuple.ts'
import type { FromWorker, ToWorker } from '../protocol/messages.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import {
  createSharedState,
  SharedSlot,
  type SharedState,
  SignalSlot,
  signalSlot,
  WORKER_GONE,
} from '../protocol/shared-state.ts'
import { createMessageLoop, type MessageLoop, type OpenSignals } from './message-loop.ts'

let channel: MessageChannel
let shared: SharedState
let calls: string[]
let answers: FromWorker[]
let ready: Promise<void>

beforeEach(() => {
  channel = new MessageChannel()
  shared = createSharedState()
  calls = []
  answers = []
  ready = Promise.resolve()
  channel.port1.on('message', (message: FromWorker) => answers.push(message))
})

afterEach(() => {
  channel.port1.close()
  channel.port2.close()
})

const call = (name: string): void => {
  calls.push(name)
}

/** Signals that write down what they are asked to do. */
function signals(delivered: boolean): Required<OpenSignals> {
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
      emit: events => call(`logs emit ${events.length}`),
      learn: () => call('logs learn'),
    },
    metrics: {
      ...pipeline('metrics'),
      checkpoint: async () => call('metrics checkpoint'),
      record: (_, __, count) => call(`metrics record ${count}`),
      learn: ({ identity }) => call(`metrics learn ${identity?.userId}`),
    },
  }
}

function start(delivered = true): MessageLoop {
  return createMessageLoop({
    port: channel.port2,
    shared,
    signals: signals(delivered),
    onLeaving: () => call('leaving'),
    onEnd: () => call('ended'),
  })
}

const post = (...messages: ToWorker[]): void => {
  for (const message of messages) channel.port1.postMessage(message)
}
const events = (count: number): ToWorker => ({
  type: 'events',
  sessions: [],
  events: Array.from({ length: count }, () => openTuple(0, 0)),
  bytes: 10 * count,
})
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
const isIdle = (): boolean => load(SharedSlot.idle) === 1

it('journals the events of several messages together, and counts them as taken in only then', async () => {
  post(events(3), events(4))
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['logs emit 3', 'logs emit 4', 'logs journal'])
  expect(load(SharedSlot.takenRecords)).toBe(7)
  expect(load(SharedSlot.takenBytes)).toBe(70)
  expect(load(signalSlot('logs', SignalSlot.collected))).toBe(7)
})

it('writes a checkpoint of the measurements when a message asks for one', async () => {
  post(measurements(2), withCheckpoint(measurements(3)))
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['metrics record 2', 'metrics record 3', 'metrics checkpoint'])
})

it('journals before a message that would make too many events for one request', async () => {
  post(events(200), events(200))
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['logs emit 200', 'logs journal', 'logs emit 200', 'logs journal'])
})

it('leaves messages in the port while there is no room, and takes them in when the process is leaving', async () => {
  let release = (): void => {}
  ready = new Promise(resolve => {
    release = resolve
  })
  post(events(256), events(1))
  const loop = start()
  loop.wake()
  await expect.poll(() => load(SharedSlot.takenRecords)).toBe(256)
  expect(calls).not.toContain('logs emit 1')
  Atomics.store(shared, SharedSlot.leaving, 1)
  loop.wake()
  expect(calls).toContain('leaving')
  release()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toContain('logs emit 1')
})

it('journals events before the measurements that came after them', async () => {
  post(events(1), measurements(5))
  start().wake()
  await expect.poll(isIdle).toBe(true)
  expect(calls).toEqual(['logs emit 1', 'logs journal', 'metrics record 5'])
  expect(load(SharedSlot.takenRecords)).toBe(6)
})

it('answers a flush with whether every signal was delivered', async () => {
  post({ type: 'process', facts: { identity: { userId: 'a' } } }, { type: 'flush', id: 8, untilMs: untilMs() })
  start(false).wake()
  await expect.poll(() => answers).toEqual([{ type: 'flushed', id: 8, delivered: false }])
  expect(calls).toEqual(['logs learn', 'metrics learn a', 'logs flush', 'metrics flush'])
})

it('ends every signal at a shutdown, answers, and lets a blocked thread go', async () => {
  post(events(1), { type: 'shutdown', id: 3, untilMs: untilMs() })
  start().wake()
  await expect.poll(() => answers).toEqual([{ type: 'flushed', id: 3, delivered: true }])
  expect(calls).toEqual(['logs emit 1', 'logs journal', 'logs end', 'metrics end', 'ended'])
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
