import { type ConfigDescription, type SignalHealth, type TelemetryHealth, telemetryIncluded } from '../telemetry.ts'
import { causeOf, DOCTOR_FINDS_OUT, describeLosses } from './loss-words.ts'

/** The keys that name an exporter, with the signal of each. */
const EXPORTER_KEYS: Readonly<Record<string, string>> = {
  'otel.exporter': 'logs',
  'otel.metrics_exporter': 'metrics',
  'otel.trace_exporter': 'traces',
}

/** Exporters without an endpoint, as a person calls them. */
const KINDS: Readonly<Record<string, string>> = { console: 'standard error' }

/** A signal that is exported, and where to. */
interface Destination {
  signal: string
  /** The origin of the endpoint (scheme, host and port), the path of the file, or else the kind of the exporter. */
  to: string
}

/** Where each signal goes that the configuration in effect exports. Credentials, paths and queries are left out. */
function destinationsOf({ rows }: ConfigDescription): Destination[] {
  return rows.flatMap(({ key, value }) => {
    const signal = EXPORTER_KEYS[key]
    const exporter = signal === undefined ? undefined : parseText(value)
    if (signal === undefined || exporter === undefined || exporter === 'none') return []
    const setting = (name: string): string | undefined =>
      rows.find(row => row.key === `${key}.${exporter}.${name}`)?.value
    const path = setting('path')
    const place = path === undefined ? KINDS[exporter] : parseText(path)
    return [{ signal, to: originOf(setting('endpoint')) ?? place ?? exporter }]
  })
}

/** Whether the configuration in effect names no exporter. */
export const exportsNothing = (config: ConfigDescription): boolean => destinationsOf(config).length === 0

/** A value that is a text; `undefined` for words about a value that is in no effect. */
function parseText(value: string): string | undefined {
  // Behind the quotes of a long text it is said that it is cut.
  const [quoted = 'null'] = /^"(?:[^"\\]|\\.)*"/s.exec(value) ?? []
  const parsed: unknown = JSON.parse(quoted)
  return typeof parsed === 'string' ? parsed : undefined
}

/** The origin of an endpoint, with the names of variables in it as the file has them; `undefined` where it is not told. */
function originOf(endpoint: string | undefined): string | undefined {
  const text = endpoint === undefined ? undefined : parseText(endpoint)
  const [, scheme, authority] = /^(\w+:\/\/)(?:[^/?#]*@)?([^/?#@]+)(?:[/?#]|$)/.exec(text ?? '') ?? []
  // Of a text that is cut within the name of the host the rest is unknown.
  const isCut = text !== undefined && !endpoint?.endsWith('"') && !/^\w+:\/\/[^/?#]*[/?#]/.test(text)
  return scheme === undefined || authority === undefined || isCut ? undefined : scheme + authority
}

/** Commands that show what there is: one prints it, the other shows it in a page. */
export const TO_SEE_IT: readonly string[] = ['codex-demo -c otel.exporter=console', 'codex-demo otel view']
const DOCTOR_SAYS = 'codex-demo otel doctor tells what to change'

/** For the banner: whether telemetry is on, and where it goes, in one line. */
export function describeTelemetry(
  config: ConfigDescription | undefined,
  enabled: boolean,
  builtIn: boolean = telemetryIncluded,
): string {
  if (!builtIn || config === undefined) return 'telemetry is not in this build'
  const destinations = destinationsOf(config)
  if (!enabled || destinations.length === 0) {
    const reason = config.problems.some(({ severity }) => severity === 'error')
      ? `a mistake in [otel] keeps it off; ${DOCTOR_SAYS}`
      : destinations.length > 0
        ? `something keeps the exporters of [otel] off; ${DOCTOR_SAYS}`
        : `[otel] of ${config.file} names no exporter`
    return `telemetry is off: ${reason}`
  }
  const origins = [...new Set(destinations.map(({ to }) => to))]
  const parts = origins.map(origin => {
    const signals = destinations.filter(({ to }) => to === origin).map(({ signal }) => signal)
    return `${signals.join(' and ')} to ${origin}`
  })
  return `telemetry is on: ${parts.join(', ')}`
}

export interface TelemetryStatus {
  /** `undefined` in a build without telemetry. */
  config: ConfigDescription | undefined
  enabled: boolean
  health: TelemetryHealth | undefined
  /** Default: now. */
  nowMs?: number
  /** Default: whether this build has telemetry. */
  builtIn?: boolean
}

/** For `/telemetry`: the line of the banner, and what became of the records of each signal so far. */
export function describeHealth({ config, enabled, health, nowMs = Date.now(), builtIn }: TelemetryStatus): string[] {
  const lines = [describeTelemetry(config, enabled, builtIn)]
  if (config !== undefined && config.problems.length === 0 && destinationsOf(config).length === 0) {
    lines.push(`to see what there is, printed or in a page: ${TO_SEE_IT.join(', ')}`)
  }
  if (config === undefined || health === undefined || !enabled) return lines
  const exported = new Set(destinationsOf(config).map(({ signal }) => signal))
  for (const [signal, numbers] of Object.entries(health) as [string, SignalHealth][]) {
    if (exported.has(signal)) lines.push(`${signal}: ${describeNumbers(signal, numbers, nowMs)}`)
  }
  return lines
}

function describeNumbers(signal: string, health: SignalHealth, nowMs: number): string {
  const { exported, pending, spooled, recovered, dropped, lastError, lastSuccessMs } = health
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  const all = exported + pending + spooled + lost
  const earlier = recovered === 0 ? '' : ` (${recovered} of earlier runs)`
  const ago =
    lastSuccessMs === undefined ? '' : `, last ${Math.max(0, Math.round((nowMs - lastSuccessMs) / 1000))} s ago`
  const parts = [
    `${all} recorded${earlier}`,
    `${exported} delivered${ago}`,
    `${pending} waiting`,
    ...(spooled > 0 ? [`${spooled} on disk`] : []),
    describeLosses(dropped) ?? 'none lost',
  ]
  const failing = lastError !== undefined && (lost > 0 || pending + spooled > 0)
  return `${parts.join(', ')}${failing ? `; last failure: ${causeOf(lastError, signal)}; ${DOCTOR_FINDS_OUT}` : ''}`
}
