import { join } from 'node:path'
import type { ConfigProblem } from '@codex/otel-api'
import { SIGNALS } from '../catalogue/signals.ts'
import { addSecrets } from './add-secrets.ts'
import { parseDuration } from './check-value.ts'
import { describeValue } from './describe-value.ts'
import type { EffectiveConfig, SpoolConfig } from './effective-config.ts'
import { findDouble } from './find-double.ts'
import { findMistakenKeys } from './find-mistaken-keys.ts'
import { findOutsideKeys } from './find-outside-keys.ts'
import { isTable, readTableValue, type Table } from './read-table.ts'
import { type Path, Resolution, type Setting } from './resolution.ts'
import { resolveContent } from './resolve-content.ts'
import { resolveExporters } from './resolve-exporters.ts'
import { resolveResource } from './resolve-resource.ts'
import { resolveTracing } from './resolve-tracing.ts'
import { environmentKeys, otelKeys } from './schema.ts'
import { Section } from './section.ts'
import { environmentValue } from './standard-variables.ts'

export interface ConfigInput {
  /** The `otel` value of the parsed file; `undefined` where it has none. */
  table: unknown
  /** The file's name, for messages. */
  file: string
  /** The file's text: with it, problems name the line. */
  text?: string | undefined
  /** What relative paths in the file are relative to; an absolute path. */
  codexHome: string
  env: Readonly<Record<string, string | undefined>>
  /** The dotted keys that were set on the command line, for example `otel.environment`. */
  overrides?: readonly string[] | undefined
}

export interface ResolvedConfig {
  config: EffectiveConfig
  /** Everything that is wrong, in one go. */
  problems: ConfigProblem[]
  /** Every value in effect, secrets masked, and where it came from: for `describeConfig`. */
  settings: Setting[]
  /** The file's name, as it was given. */
  file: string
  /** The line of a key in the file, or of the innermost table around it that is written there. */
  line(path: Path): number | undefined
  /** The environment variables that headers refer to, and URLs for more than their host: not for child processes. */
  secretVariables: string[]
}

/** Turns an `[otel]` table, whatever it holds, into what is in effect. Never throws: what is wrong comes back as values. */
export function resolveConfig(input: ConfigInput): ResolvedConfig {
  const resolution = new Resolution(input)
  try {
    const config = resolve(resolution, readRoot(resolution, input.table))
    return { config, ...gathered(resolution) }
  } catch {
    // Only an object that throws when it is read, such as a proxy, leads here.
    const safe = new Resolution({ ...input, text: undefined, env: {} })
    const config = resolve(safe, new Map())
    safe.report('error', ['otel'], {
      found: 'a value that cannot be read',
      allowed: 'a table',
      consequence: 'nothing is exported',
    })
    return { config, ...gathered(safe) }
  }
}

function gathered(resolution: Resolution): Omit<ResolvedConfig, 'config'> {
  const { problems, settings, secretVariables } = resolution
  return {
    problems: byLine(problems),
    settings,
    file: resolution.input.file,
    line: path => resolution.line(path),
    secretVariables: [...secretVariables],
  }
}

/** The problems of the file in the order of its lines, then those of the command line and of the environment. */
const byLine = (problems: readonly ConfigProblem[]): ConfigProblem[] =>
  problems.toSorted((a, b) => (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER))

function readRoot(resolution: Resolution, value: unknown): Table {
  if (value === undefined || value === null) return new Map()
  if (value instanceof Error) {
    reportSyntax(resolution, value)
    return new Map()
  }
  const root = readTableValue(value)
  if (isTable(root)) return root
  resolution.report('error', ['otel'], {
    found: describeValue(root),
    allowed: 'a table: [otel]',
    consequence: 'nothing is exported',
  })
  return new Map()
}

/** A parser's message goes on with lines of the file below the first one, secrets and all. */
function reportSyntax(resolution: Resolution, error: Error & { line?: unknown }): void {
  const { line, message } = error
  const reason = message
    .split('\n', 1)[0]
    ?.replace(/^Invalid TOML document: /, '')
    .trim()
  const at = Number.isSafeInteger(line) ? (line as number) : undefined
  const double = /redefine/.test(message) ? findDouble(resolution.input.text ?? '', at) : undefined
  if (double !== undefined) resolution.report('error', ['otel'], { ...double, consequence: 'nothing is exported' })
  else
    resolution.report('error', ['otel'], {
      found: `a syntax error${reason ? ` (${reason.slice(0, 100)})` : ''}`,
      allowed: 'valid TOML',
      consequence: 'nothing is exported',
      line: at,
    })
  // What the table would have said is unknown, so every variable that the file names counts as one of its secrets.
  addSecrets(resolution, resolution.input.text ?? '')
}

function resolve(resolution: Resolution, root: Table): EffectiveConfig {
  const mistaken = findMistakenKeys(resolution, root)
  findOutsideKeys(resolution, mistaken)
  const section = new Section({ resolution, keys: otelKeys, table: root, path: ['otel'] })
  const environment = section.effective<string>('environment')
  const serviceName = section.effective<string | undefined>('service_name')
  const content = resolveContent(resolution, section, mistaken)
  const exporters = resolveExporters(resolution, section, content.failed, mistaken.exporters)
  for (const [key, value] of root) {
    const signal = SIGNALS.find(candidate => candidate.key === key)
    // What it was to do with a variable is unknown where it is wrong, or nothing yet: the variable counts as a credential.
    if (key !== 'resource' && (signal === undefined || exporters[signal.name] === undefined))
      addSecrets(resolution, value)
  }
  const isActive = Object.values(exporters).some(exporter => exporter !== undefined)
  const resource = resolveResource(resolution, section, isActive)
  return {
    environment,
    serviceName,
    shutdownTimeoutMs: section.effective<number>('shutdown_timeout_ms'),
    resource,
    scheduleDelayMs: fromEnvironment(resolution, isActive, 'OTEL_BLRP_SCHEDULE_DELAY'),
    ...exporters,
    tracing: {
      ...resolveTracing(resolution, section, mistaken, exporters.traces !== undefined),
      scheduleDelayMs: fromEnvironment(resolution, exporters.traces !== undefined, 'OTEL_BSP_SCHEDULE_DELAY'),
    },
    metricsTemporality: section.inner('metrics').effective<'delta' | 'cumulative'>('temporality'),
    metricsIntervalMs: fromEnvironment(resolution, exporters.metrics !== undefined, 'OTEL_METRIC_EXPORT_INTERVAL'),
    content: content.config,
    spool: resolveSpool(resolution, section),
  }
}

function fromEnvironment(resolution: Resolution, isActive: boolean, variable: string): number {
  const set = isActive ? environmentValue<number>(resolution, variable) : undefined
  const value = set?.value ?? Number(environmentKeys[variable]?.default)
  resolution.setting([variable], value, set === undefined ? { from: 'default' } : { from: 'environment', variable })
  return value
}

function resolveSpool(resolution: Resolution, section: Section): SpoolConfig {
  const spool = section.inner('spool')
  return {
    enabled: spool.effective<boolean>('enabled'),
    directory: join(resolution.input.codexHome, 'otel-spool'),
    maxBytes: Number(spool.effective<number>('max_bytes')),
    maxAgeMs: parseDuration(spool.effective<string>('max_age')) ?? 0,
  }
}
