/**
 * The kinds of data that have an exporter of their own. Everything that exists once for each signal is made from this.
 *
 * - `name`: the key in `EffectiveConfig`
 * - `key`: the key in `[otel]`
 * - `variable`: the part in the names of standard variables
 * - `off`: the consequence when its exporter is off
 * - `carried`: whether the application hands records of it to the worker
 * - `record`: what the application records, in the singular
 * - `aggregated`: whether the worker adds records up; what is exported are then points, fewer than were recorded
 */
export const SIGNALS = [
  {
    name: 'logs',
    key: 'exporter',
    variable: 'LOGS',
    off: 'log events are not exported',
    carried: true,
    record: 'event',
    aggregated: false,
  },
  {
    name: 'metrics',
    key: 'metrics_exporter',
    variable: 'METRICS',
    off: 'metrics are not exported',
    carried: true,
    record: 'measurement',
    aggregated: true,
  },
  {
    name: 'traces',
    key: 'trace_exporter',
    variable: 'TRACES',
    off: 'spans are not exported',
    carried: true,
    record: 'span',
    aggregated: false,
  },
] as const

export type Signal = (typeof SIGNALS)[number]

/** The name of a signal, as in `EffectiveConfig`. */
export type SignalName = Signal['name']

type Carried = Extract<Signal, { carried: true }>

/** A signal whose records the application hands to the worker. */
export type CarriedSignal = Carried['name']

export const CARRIED_SIGNALS: readonly Carried[] = SIGNALS.filter((signal): signal is Carried => signal.carried)

/** One value for each signal that the application hands to the worker. */
export type BySignal<T> = Record<CarriedSignal, T>

/** Makes one value for each signal that the application hands to the worker. */
export const bySignal = <T>(make: (signal: CarriedSignal) => T): BySignal<T> =>
  Object.fromEntries(CARRIED_SIGNALS.map(({ name }) => [name, make(name)])) as BySignal<T>
