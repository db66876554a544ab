import type { OperationResults, OperationStart } from '../../protocol/operations.ts'
import { startThread } from '../start-thread.ts'
import { operatingCode } from '../worker-code.ts'

/**
 * Runs an operation on a worker of its own, made from the same source as the exporting one: there is one copy of the code,
 * which behaves alike in both. Rejects when the worker fails.
 */
export async function runInWorker<Start extends OperationStart>(
  start: Start,
): Promise<OperationResults[Start['operation']]> {
  const worker = startThread({
    name: `codex-otel ${start.operation}`,
    config: start.config,
    code: operatingCode(),
    data: start,
  })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('messageerror', reject)
      worker.once('exit', code => reject(new Error(`the worker ended with exit code ${code}`)))
    })
  } finally {
    await worker.terminate()
  }
}
