import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { StartContender } from './start-contender.ts'

/**
 * What a thread alone costs a process that waits for its first line: no telemetry, and the least that any telemetry on a
 * thread of its own can come to.
 */
export const start: StartContender = () => {
  const started = new Int32Array(new SharedArrayBuffer(4))
  const source = `const { workerData } = require('node:worker_threads')
Atomics.store(workerData, 0, 1)
Atomics.notify(workerData, 0)`
  const worker = new Worker(source, { eval: true, execArgv: [], env: {}, workerData: started })
  worker.unref()
  process.on('exit', () => Atomics.wait(started, 0, 0))
  return {
    emit() {},
    flush: () => Promise.resolve(),
    async shutdown() {
      // It may have ended long ago, and then says so.
      if (worker.threadId < 0) return
      worker.ref()
      await once(worker, 'exit')
    },
  }
}
