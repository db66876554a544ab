import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { ROW_BY_NAME } from '../catalogue/event-table.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { type EventTuple, openTuple } from '../protocol/event-tuple.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { Rest, SharedSlot } from '../protocol/shared-state.ts'
import { createEventWriter } from './event-writer.ts'
import { startWorker, type WorkerHandle } from './worker-handle.ts'

/** A worker that has started and gives no sign of life any more. */
const LOOPS = `{
  const { workerData } = require('node:worker_threads')
  Atomics.store(new Int32Array(workerData.shared), ${SharedSlot.started}, 1)
  for (;;) {}
}`

let worker: WorkerHandle | undefined
afterEach(async () => {
  await worker?.terminate()
  worker = undefined
})

it('the process no longer counts as leaving when it goes on, however often it began to leave beside a busy worker', async () => {
  const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/nowhere', env: {} })
  const handle = startWorker({
    start: { config, serviceName: 'test', serviceVersion: '1' },
    source: LOOPS,
    eventsTo: () => 0,
    onMessage() {},
    onCrash() {},
  })
  worker = handle
  await expect.poll(() => Atomics.load(handle.shared, SharedSlot.started)).toBe(1)
  const leave = () => handle.leave({ untilMs: monotonicMs(), end: false, postedRecords: 1 })
  const times: number[] = []
  for (let i = 0; i < 2; i++) {
    const wait = leave()
    expect(Atomics.load(handle.shared, SharedSlot.leaving)).toBe(1)
    const began = monotonicMs()
    expect(wait()).toBe(false)
    times.push(monotonicMs() - began)
    expect(Atomics.load(handle.shared, SharedSlot.leaving)).toBe(0)
  }
  // The second time it was not waited for.
  expect(times[1]).toBeLessThan(times[0] as number)
})

it('the worker gives a sign of life for each part of a large batch that it writes to disk', async () => {
  const codexHome = mkdtempSync(join(tmpdir(), 'codex-otel-signs-'))
  onTestFinished(() => rmSync(codexHome, { recursive: true }))
  const { config } = resolveConfig({
    table: { exporter: { 'otlp-http': { endpoint: 'http://127.0.0.1:9/v1/logs' } }, log_user_prompt: true },
    file: 'config.toml',
    codexHome,
    env: {},
  })
  let started = false
  const writer = createEventWriter({ onChunk: (buffer, eventsTo) => handle.post({ type: 'chunk', buffer }, eventsTo) })
  const handle = startWorker({
    start: { config, serviceName: 'test', serviceVersion: '1' },
    eventsTo: () => writer.position,
    onMessage({ type }) {
      started ||= type === 'started'
    },
    onCrash: ({ cause }) => expect.unreachable(cause),
  })
  worker = handle
  await expect.poll(() => started).toBe(true)
  await expect.poll(() => Atomics.load(handle.shared, SharedSlot.rest)).toBe(Rest.idle)
  const row = ROW_BY_NAME.get('codex.user_prompt')
  const events = Array.from({ length: 128 }, (): EventTuple => {
    const event = openTuple(row?.id ?? -1, Date.now())
    for (const field of row?.fields ?? []) event.push(field === 'prompt' ? 'a b '.repeat(16 * 1024) : 1)
    return event
  })
  const before = Atomics.load(handle.shared, SharedSlot.beat)
  const attributes = { common: { 'conversation.id': 'c' }, authEnvironment: {}, own: {} }
  for (const event of events) writer.write(event, attributes)
  handle.notice(() => 1)
  await expect.poll(() => Atomics.load(handle.shared, SharedSlot.takenRecords)).toBe(events.length)
  // One for waking, one for a message, one for each event, and one for each part of at most 1 MiB.
  const parts = 8
  expect(Atomics.load(handle.shared, SharedSlot.beat) - before).toBeGreaterThanOrEqual(2 + events.length + parts)
})
