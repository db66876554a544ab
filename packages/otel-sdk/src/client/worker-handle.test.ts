import { afterEach, expect, it } from 'vitest'
import { resolveConfig } from '../config/resolve-config.ts'
import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { SharedSlot } from '../protocol/shared-state.ts'
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
