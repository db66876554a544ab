import type { DiagnoseOptions, Diagnosis, SignalDiagnosis, SpoolDescription, SpoolFlush } from '@codex/otel-api'
import type { EffectiveConfig } from '../config/effective-config.ts'

/** What a worker is started with when it is to do one thing for an operator, and end. */
export type OperationStart = DiagnoseStart | FlushSpoolStart

export interface DiagnoseStart {
  operation: 'diagnose'
  config: EffectiveConfig
  /** Default: that of Codex's own programs. */
  serviceName: string | undefined
  serviceVersion: string
  probe: NonNullable<DiagnoseOptions['probe']>
  probeId: string
  timeoutMs: number | undefined
}

export interface FlushSpoolStart {
  operation: 'flush-spool'
  config: EffectiveConfig
  timeoutMs: number
}

/** What comes back. */
export interface OperationResults {
  diagnose: { signals: SignalDiagnosis[]; spool: Diagnosis['spool'] }
  'flush-spool': { destinations: SpoolFlush['destinations']; spool: SpoolDescription }
}
