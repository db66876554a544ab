import { parentPort, workerData } from 'node:worker_threads'
import { SIGNALS } from '../../catalogue/signals.ts'
import { type ExporterConfig, isOtlp } from '../../config/effective-config.ts'
import type { DiagnoseStart, OperationResults, OperationStart } from '../../protocol/operations.ts'
import { createHeadersHelpers } from '../transport/headers-helper.ts'
import { describeSpool } from './describe-spool.ts'
import { discardSpooled } from './discard-spooled.ts'
import { probeLocal } from './probe-local.ts'
import { probeSignal } from './probe-signal.ts'
import { sendSpooled } from './send-spooled.ts'

/** Runs the operation that the worker was started for, and posts its result. */
export async function run(): Promise<void> {
  const start = workerData as OperationStart
  parentPort?.postMessage(await resultOf(start))
}

function resultOf(start: OperationStart): unknown {
  switch (start.operation) {
    case 'diagnose':
      return diagnoseSignals(start)
    case 'describe-spool':
      return describeSpool(start.config)
    case 'flush-spool':
      return sendSpooled(start)
    case 'discard-spool':
      return discardSpooled(start)
  }
}

async function diagnoseSignals(start: DiagnoseStart): Promise<OperationResults['diagnose']> {
  const { config } = start
  const asked = SIGNALS.flatMap(({ name }) => {
    const exporter: ExporterConfig | undefined = config[name]
    return exporter === undefined ? [] : [{ signal: name, exporter }]
  })
  const headersHelpers = createHeadersHelpers()
  const probes = asked.map(({ signal, exporter }) =>
    isOtlp(exporter)
      ? probeSignal({ ...start, signal, exporter, source: start, headersHelpers })
      : probeLocal({ ...start, signal, exporter, source: start }),
  )
  return { signals: await Promise.all(probes), spool: describeSpool(config) }
}
