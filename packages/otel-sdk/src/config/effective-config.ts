import type { ContentPolicy } from '../content/policy.ts'
import type { PROPAGATION_TARGETS, SAMPLERS } from './schema.ts'

/**
 * The configuration after everything was read, expanded and checked: what the rest of the library works with.
 * Plain data, because it is handed to the worker.
 */
export interface EffectiveConfig {
  /** `env` of the resource. */
  environment: string
  /** `service.name` of the resource, when the file names one. */
  serviceName: string | undefined
  /** How long leaving the process may take, in milliseconds. */
  shutdownTimeoutMs: number
  /** Attributes added to the resource of every signal; never overrides the library's own. */
  resource: Readonly<Record<string, string>>
  /** How long the batch processor waits before it sends a batch that is not full, in milliseconds. */
  scheduleDelayMs: number
  /** Where log events go; `undefined` is `none`. */
  logs: ExporterConfig | undefined
  /** Where metrics go; `undefined` is `none`. */
  metrics: ExporterConfig | undefined
  metricsTemporality: 'delta' | 'cumulative'
  /** How often metrics are sent, in milliseconds. */
  metricsIntervalMs: number
  /** Where spans go; `undefined` is `none`. */
  traces: ExporterConfig | undefined
  /** How spans are made, where they go anywhere. */
  tracing: TracingConfig
  content: ContentConfig
  spool: SpoolConfig
}

export type SamplerName = (typeof SAMPLERS)[number]
export type PropagationTarget = (typeof PROPAGATION_TARGETS)[number]

export interface TracingConfig {
  sampler: SamplerName
  /** The share of traces that samplers by ratio record, from 0 to 1. */
  ratio: number
  /** What learns which trace it is part of. */
  propagate: readonly PropagationTarget[]
  /** Whether spans have the texts that the content policy lets be sent in full. */
  content: boolean
  /** Attributes added to each span; none overrides one that the span has. */
  spanAttributes: Readonly<Record<string, string>>
  /** What is added to the `tracestate` of each trace, in this order. */
  traceState: readonly TraceStateMember[]
  /** How long spans wait for others before they are sent, in milliseconds. */
  scheduleDelayMs: number
}

/** A vendor's part of `tracestate`: `vendor=key:value;key:value`. */
export interface TraceStateMember {
  vendor: string
  fields: readonly (readonly [key: string, value: string])[]
}

/** One destination; `protocol` says of which kind. */
export type ExporterConfig = OtlpExporterConfig | ConsoleExporterConfig | FileExporterConfig

/** Standard error. */
export interface ConsoleExporterConfig {
  protocol: 'console'
  /** Whether lines are coloured; `auto`: where a terminal shows them. */
  colors: 'auto' | 'always' | 'never'
}

/** A file of OTLP JSON, one request a line. */
export interface FileExporterConfig {
  protocol: 'file'
  /** An absolute path. */
  path: string
  /** How messages name it, where variables put something into it. */
  shownPath?: string | undefined
  /** A file that would grow over this is renamed, and a new one made. */
  maxBytes: number
  /** The current one included. */
  maxFiles: number
}

/** A collector. */
export interface OtlpExporterConfig {
  protocol: 'http/protobuf' | 'http/json' | 'grpc'
  /** An absolute URL, used exactly as it is. */
  endpoint: string
  /** How messages name it, where variables put something into it: that may be a token. */
  shownEndpoint?: string | undefined
  /** The values that variables put behind its host: no message repeats them, also in what a receiver says. */
  endpointSecrets?: readonly string[] | undefined
  /** The standard variable that names it, where the file does not. */
  endpointVariable?: string | undefined
  /** Names in lower case. */
  headers: readonly HeaderConfig[]
  /** Headers that the configuration asks for and that have no value: without them a receiver may refuse what it would take. */
  leftOutHeaders?: readonly string[] | undefined
  /** A shell command that prints a JSON object of headers, which win over `headers`; its answer is used for `refreshMs`. */
  headersHelper?: { command: string; refreshMs: number } | undefined
  compression: 'none' | 'gzip'
  /** For one request, in milliseconds. */
  timeoutMs: number
  tls: TlsConfig | undefined
  /** The proxy to go through: an absolute `http` or `https` URL that may hold credentials. */
  proxy?: string | undefined
}

/** A header, and where its value comes from. */
export type HeaderConfig =
  | { name: string; value: string }
  /** The file's content without the white space around it, read again when it changes. */
  | { name: string; file: string; shownFile?: string | undefined }
  /** What the program prints, kept for `ttlMs` and asked for again after a 401. */
  | { name: string; command: readonly string[]; ttlMs: number; shownProgram?: string | undefined }

/** Absolute paths of PEM files. */
export interface TlsConfig {
  caCertificate: string | undefined
  clientCertificate: string | undefined
  clientPrivateKey: string | undefined
  /** How messages name those that hold variables. */
  shown?: Readonly<Record<string, string>> | undefined
}

/** What leaves the machine of the texts that people and programs wrote; the same for every signal and for the spool. */
export interface ContentConfig extends ContentPolicy {
  /** Whether secrets are replaced in every free text. */
  scrub: boolean
  /** Sources of JavaScript regular expressions, maybe with `(?i)` in front, in addition to the built-in ones. */
  scrubPatterns: readonly string[]
}

/** Where undelivered data waits for the next attempt. */
export interface SpoolConfig {
  enabled: boolean
  /** An absolute path. */
  directory: string
  /** As stored. */
  maxBytes: number
  maxAgeMs: number
}

/** Whether a destination is a collector, which requests are sent to; all others are written on this machine. */
export const isOtlp = (exporter: ExporterConfig | undefined): exporter is OtlpExporterConfig =>
  exporter !== undefined && exporter.protocol !== 'console' && exporter.protocol !== 'file'

/** Whether programs give headers of this destination. */
export const hasHeaderPrograms = (exporter: ExporterConfig): boolean =>
  isOtlp(exporter) && (exporter.headersHelper !== undefined || exporter.headers.some(header => 'command' in header))

/** Whether any destination is on this machine: what writes there is loaded only then. */
export const usesLocal = ({ logs, metrics, traces }: EffectiveConfig): boolean =>
  [logs, metrics, traces].some(exporter => exporter !== undefined && !isOtlp(exporter))

/** Whether any destination is standard error. */
export const usesConsole = ({ logs, metrics, traces }: EffectiveConfig): boolean =>
  [logs, metrics, traces].some(exporter => exporter?.protocol === 'console')

/** Whether any destination is spoken to over gRPC: its code is loaded only then. */
export const usesGrpc = ({ logs, metrics, traces }: EffectiveConfig): boolean =>
  [logs, metrics, traces].some(exporter => exporter?.protocol === 'grpc')
