import type { ConfigProblem, DiagnoseOptions, Diagnosis, SignalDiagnosis } from '@codex/otel-api'
import { SIGNALS } from '../../catalogue/signals.ts'
import { describeResolved } from '../../config/describe-config.ts'
import { type ResolvedOptions, resolveOptions } from '../../config/resolve-options.ts'
import type { OperationResults } from '../../protocol/operations.ts'
import { runInWorker } from './run-in-worker.ts'
import { type SignalState, signalStates } from './signal-state.ts'
import { visibleResult } from './visible-result.ts'

/**
 * Finds out whether telemetry arrives: sends one real request for each configured signal, past the spool and without
 * a second attempt, and names the cause and what to do where it was not delivered. Never rejects; no text in the
 * result holds a secret.
 */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  const resolved = resolveOptions(options)
  const states = signalStates(resolved)
  const probe = options.probe ?? 'record'
  // Not imported: the start of every run would pay for it.
  const { randomBytes } = process.getBuiltinModule('node:crypto')
  const probeId = randomBytes(8).toString('hex')
  const found = await ask(resolved, options, { probe, probeId })
  const signals = states.map(state => withLeftOutHeader(toDiagnosis(state, found.signals), resolved.problems))
  const sent = signals.some(({ protocol }) => protocol !== undefined) && probe === 'record'
  return visibleResult({
    ok: signals.every(({ state }) => state === 'delivered' || state === 'off'),
    config: describeResolved(resolved),
    signals,
    spool: found.spool,
    ...(sent ? { probeId } : {}),
  })
}

async function ask(
  resolved: ResolvedOptions,
  options: DiagnoseOptions,
  details: { probe: 'record' | 'empty'; probeId: string },
): Promise<OperationResults['diagnose']> {
  const { config, serviceName } = resolved
  try {
    return await runInWorker({
      operation: 'diagnose',
      config,
      serviceName,
      serviceVersion: options.serviceVersion,
      timeoutMs: options.timeoutMs,
      ...details,
    })
  } catch (error) {
    const { directory, enabled } = config.spool
    const reason = `the check could not be made: ${(error as Error).message}`
    return { signals: [], spool: { directory, enabled, destinations: [], error: reason } }
  }
}

function toDiagnosis(state: SignalState, found: readonly SignalDiagnosis[]): SignalDiagnosis {
  if (state.state !== 'ask') return state
  const { signal } = state
  const missing = {
    signal,
    state: 'failed',
    cause: 'network',
    message: `${signal}: the check could not be made`,
  } as const
  return found.find(diagnosis => diagnosis.signal === signal) ?? missing
}

/** Where credentials are refused, a header that the configuration lost on the way is the reason to look at first. */
function withLeftOutHeader(diagnosis: SignalDiagnosis, problems: readonly ConfigProblem[]): SignalDiagnosis {
  if (diagnosis.cause !== 'unauthorized' && diagnosis.cause !== 'forbidden') return diagnosis
  const signal = SIGNALS.find(({ name }) => name === diagnosis.signal)
  const ofEnvironment = ['OTEL_EXPORTER_OTLP_HEADERS', `OTEL_EXPORTER_OTLP_${signal?.variable}_HEADERS`]
  const lost = problems.find(
    ({ key }) => (key.startsWith(`otel.${signal?.key}.`) && key.includes('.headers.')) || ofEnvironment.includes(key),
  )
  if (lost === undefined) return diagnosis
  return { ...diagnosis, advice: `${lost.key} is left out: found ${lost.found}; allowed: ${lost.allowed}` }
}
