import type {
  DiagnoseOptions,
  Diagnosis,
  DiscardedData,
  SignalDiagnosis,
  SpoolDescription,
  SpoolFlush,
} from '@codex/otel-api'
import type { EffectiveConfig } from '../config/effective-config.ts'

/** What a worker is started with when it is to do one thing for an operator, and end. */
export type OperationStart = DiagnoseStart | DescribeSpoolStart | FlushSpoolStart | DiscardSpoolStart

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

export interface DescribeSpoolStart {
  operation: 'describe-spool'
  config: EffectiveConfig
}

export interface FlushSpoolStart {
  operation: 'flush-spool'
  config: EffectiveConfig
  timeoutMs: number
  /** Destinations that the configuration does not name: what waits for them is sent as well. */
  toCurrent: readonly string[]
}

export interface DiscardSpoolStart {
  operation: 'discard-spool'
  config: EffectiveConfig
  destinations: readonly string[]
  olderThanMs: number
}

/** What comes back. */
export interface OperationResults {
  diagnose: { signals: SignalDiagnosis[]; spool: Diagnosis['spool'] }
  'describe-spool': SpoolDescription
  'discard-spool': { destinations: DiscardedData[]; spool: SpoolDescription }
  'flush-spool': { destinations: SpoolFlush['destinations']; spool: SpoolDescription }
}
