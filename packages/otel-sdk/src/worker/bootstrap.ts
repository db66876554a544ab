/**
 * What a worker is really started with: it compiles the text that comes in `workerData.source`. Node reads a program that
 * is given to it as a text once more to find out whether it is a module, and this one is short.
 */
export const WORKER_BOOTSTRAP: string = `require('node:vm').compileFunction(
  require('node:worker_threads').workerData.source, ['require', 'module', 'exports'], { filename: 'codex-otel-worker.cjs' },
)(require, module, exports)`
