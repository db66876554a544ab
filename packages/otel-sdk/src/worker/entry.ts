import { workerData } from 'node:worker_threads'

// One source for both: the worker that exports, and one that does a single thing for an operator.
if ('operation' in workerData) {
  void import('../diagnostics/operation-worker.ts').then(({ performOperation }) => performOperation(workerData))
} else {
  void import('./main.ts')
}
