/** The name of a signal, as in `EffectiveConfig`. */
export type SignalName = 'logs' | 'metrics' | 'traces'

/** One of the three kinds of data that have an exporter of their own. */
export interface Signal {
  /** Its key in `EffectiveConfig`. */
  name: SignalName
  /** Its key in `[otel]`. */
  key: 'exporter' | 'metrics_exporter' | 'trace_exporter'
  /** Its part in the names of standard variables. */
  variable: 'LOGS' | 'METRICS' | 'TRACES'
  /** What becomes of it when its exporter is off. */
  off: string
}

export const signals: readonly Signal[] = [
  { name: 'logs', key: 'exporter', variable: 'LOGS', off: 'log events are not exported' },
  { name: 'metrics', key: 'metrics_exporter', variable: 'METRICS', off: 'metrics are not exported' },
  { name: 'traces', key: 'trace_exporter', variable: 'TRACES', off: 'spans are not exported' },
]
