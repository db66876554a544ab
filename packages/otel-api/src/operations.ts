import type { ConfigProblem, TelemetryOptions } from './telemetry.ts'

/** What an application offers to those who operate it. Nothing here throws or rejects, and no text holds a secret. */
export interface TelemetryOperations {
  /** The configuration as it is in effect. Starts nothing and sends nothing. */
  describeConfig(options: TelemetryOptions): ConfigDescription
  /** Sends one request for each signal that is configured, once and without the spool, and says what became of it. An exporter that writes on this machine writes it. */
  diagnose(options: DiagnoseOptions): Promise<Diagnosis>
  /** What waits on disk. Changes and sends nothing. */
  describeSpool(options: TelemetryOptions): Promise<SpoolDescription>
  /** Sends what earlier runs left on disk. */
  flushSpool(options: SpoolFlushOptions): Promise<SpoolFlush>
  /** Deletes what earlier runs left on disk; what a process that still runs keeps there stays. */
  discardSpool(options: SpoolDiscardOptions): Promise<SpoolDiscard>
}

export type SignalName = 'logs' | 'metrics' | 'traces'

/** A value in effect, for a person. */
export interface ConfigRow {
  /** For example `otel.exporter.otlp-http.endpoint`, or the name of a standard variable. */
  key: string
  /** Secrets masked. */
  value: string
  /** `config.toml:12`, `command line`, the name of an environment variable, or `default`. */
  origin: string
}

export interface ConfigDescription {
  /** The configuration file, as it was given. */
  file: string
  rows: readonly ConfigRow[]
  problems: readonly ConfigProblem[]
}

export interface DiagnoseOptions extends TelemetryOptions {
  /**
   * What is sent. `record`: one real record, marked as a probe (`event.name`, metric name or span name
   * `codex_otel.doctor`), which proves that the receiver takes data. `empty`: a request without records, which leaves no trace and
   * proves the way there, TLS, the credentials and the path. Default: `record`.
   */
  probe?: 'record' | 'empty' | undefined
  /** For one request, in milliseconds. Default: the exporter's `timeout_ms`, but at most 10,000. */
  timeoutMs?: number | undefined
}

/** What a check of the way to the collector found. */
export interface Diagnosis {
  /** Whether every signal that the configuration asks for was delivered; also when it asks for none. */
  ok: boolean
  config: ConfigDescription
  /** One for each signal that this build has. */
  signals: readonly SignalDiagnosis[]
  spool: SpoolDescription
  /** The value of the attribute `doctor.id` in what was sent; absent when nothing with a record was. */
  probeId?: string | undefined
}

export interface SignalDiagnosis {
  signal: SignalName
  /**
   * - `delivered`: the receiver took the probe;
   * - `failed`: it did not, `cause` says why;
   * - `off`: the configuration does not ask for export;
   * - `blocked`: it does, and something keeps this signal from being exported at all.
   */
  state: 'delivered' | 'failed' | 'off' | 'blocked'
  /** What was found, in one line. */
  message: string
  /** What to do about it, in one line; absent when there is nothing to do. */
  advice?: string | undefined
  /** Why it was not delivered, for programs. */
  cause?: DeliveryCause | undefined
  /** More about the cause: the way in which TLS failed, or a system's code such as `ECONNREFUSED`. */
  detail?: string | undefined
  /** Credentials masked; absent when nothing was sent to a receiver. */
  endpoint?: string | undefined
  protocol?: 'http/protobuf' | 'http/json' | 'grpc' | 'console' | 'file' | undefined
  /** What the receiver calls itself in its `Server` header, such as `codex-otel-viewer/1.0.0`; absent when it does not say. */
  receiver?: string | undefined
  /** The HTTP status, when there was one. */
  status?: number | undefined
  /** The gRPC status code, when there was one. */
  grpcStatus?: number | undefined
  /** From the first step to the answer, in milliseconds. */
  durationMs?: number | undefined
  /** What went wrong on the way without stopping it, such as a header that had no value. */
  warnings?: readonly string[] | undefined
}

/** What kept a request from being delivered, as far as it can be told from this side of the connection. */
export type DeliveryCause =
  /** The host has no address. */
  | 'name-not-found'
  /** Nothing listens on that port. */
  | 'refused'
  /** The network says that the host or its network cannot be reached. */
  | 'unreachable'
  | 'timed-out'
  /** The connection ended before the whole answer had come. */
  | 'reset'
  /** The TLS handshake failed; `detail` says which way. */
  | 'tls'
  /** The proxy could not be reached, or refused to connect. */
  | 'proxy'
  /** A file that the configuration names (certificate, key) cannot be used. */
  | 'configuration'
  /** 401, UNAUTHENTICATED */
  | 'unauthorized'
  /** 403, PERMISSION_DENIED */
  | 'forbidden'
  /** 404, UNIMPLEMENTED */
  | 'not-found'
  /** 413, or RESOURCE_EXHAUSTED for a message over the receiver's limit: split it and send the parts. */
  | 'too-large'
  /** 415 */
  | 'unsupported-media-type'
  /** 429, any other RESOURCE_EXHAUSTED */
  | 'throttled'
  /** 5xx, UNAVAILABLE and INTERNAL said by the receiver */
  | 'server-error'
  /** 3xx: never followed, because the headers would travel to a host that the configuration does not name. */
  | 'redirect'
  /** Any other HTTP status. */
  | 'http'
  /** Something answered, and it was not an OTLP receiver of this protocol. */
  | 'not-otlp'
  /** Any other gRPC status. */
  | 'grpc'
  /** The transport was shut down. */
  | 'shut-down'
  /** Standard error, or the file that it was to be written to, did not take it. */
  | 'not-written'
  /** Any other failure of the connection; `detail` is the system's code. */
  | 'network'
  /** The request was taken, and some of its records were not. */
  | 'partial-success'

/** What waits on disk. */
export interface SpoolDescription {
  /** An absolute path. */
  directory: string
  enabled: boolean
  /** How long data is kept, in milliseconds; absent where the spool was not looked into. */
  maxAgeMs?: number | undefined
  destinations: readonly SpooledData[]
  /** Entries that the spool does not use; absent when there are none. */
  refused?: RefusedEntries | undefined
  /** Why it could not be read. */
  error?: string | undefined
}

/** Entries of the spool's folders that are no plain files of this user: never opened, followed or removed. */
export interface RefusedEntries {
  count: number
  /** The first 20 of them. */
  entries: readonly RefusedEntry[]
}

export interface RefusedEntry {
  /** Below the spool's directory, as `visibleText` shows it. */
  path: string
  reason: SpoolRefusal
}

/** What an entry of the spool is instead of a plain file, or directory, of this user. */
export type SpoolRefusal =
  | 'symbolic-link'
  | 'directory'
  /** In place of a directory. */
  | 'file'
  | 'named-pipe'
  | 'socket'
  | 'device'
  | 'other-user'
  /** A plain file that has another name, too. */
  | 'hard-link'
  /** A plain file that is larger than any that the spool makes. */
  | 'too-large'

export interface SpooledData {
  /** Names it to `flushSpool` and `discardSpool`; 8 hexadecimal digits, the same as long as the spool is there. */
  id: string
  /** `undefined` when the spool does not say. */
  signal: SignalName | undefined
  /**
   * Where it was to go when it was recorded, without credentials and query; a part of its path that looks like a key is shown
   * as `...`. `undefined` when the spool does not say.
   */
  endpoint: string | undefined
  records: number
  /**
   * Of these, those of processes that still run, as far as can be told: they send them. One that runs where it cannot be
   * looked for (another machine, another container) passes for running until it has been silent for a minute.
   */
  ownedRecords: number
  requests: number
  /** As the file system stores them. */
  storedBytes: number
  /** When the oldest of them was written, in milliseconds since the epoch. */
  oldestMs: number | undefined
  /** Whether the configuration still names this destination; else nothing sends it but `flushSpool` with `toCurrent`. */
  configured: boolean
  /** Where the configuration sends this signal now, credentials masked; absent when it is sent nowhere over OTLP. */
  current?: string | undefined
}

export interface SpoolFlushOptions extends TelemetryOptions {
  /** For everything, in milliseconds. Default: 10,000. */
  timeoutMs?: number | undefined
  /**
   * What is sent besides: data that was recorded for destinations that the configuration no longer names, by their `id`. Each
   * goes to where the configuration sends its signal now, with the credentials of that exporter and as it was written: what
   * `[otel.content]` withholds now and did not then is sent. Show a person what it is, and where it goes, before you ask for
   * this. An `id` that is not there, or whose signal is sent nowhere, is left alone. Default: none.
   */
  toCurrent?: readonly string[] | undefined
}

export interface SpoolFlush {
  /**
   * Whether nothing is left on disk for a destination that the configuration names, or that `toCurrent` does, and nothing of
   * it was lost. What a process that still runs keeps there is left, too.
   */
  ok: boolean
  /** One for each destination that had something waiting. */
  destinations: readonly FlushedDestination[]
  /** What is on disk now: left by these, kept by a process that runs, or for a destination that is not configured. */
  spool: SpoolDescription
  problems: readonly ConfigProblem[]
}

export interface SpoolDiscardOptions extends TelemetryOptions {
  /** What is deleted, by its `id`. */
  destinations: readonly string[]
  /**
   * Only files whose first record was written before that long, in milliseconds; later records in the same file, of up to an
   * eighth of `otel.spool.max_age`, go with it. Default: all.
   */
  olderThanMs?: number | undefined
}

export interface SpoolDiscard {
  /** Whether everything that was asked for is gone, except for what a process that still runs keeps. */
  ok: boolean
  /** One for each that was there. */
  destinations: readonly DiscardedData[]
  /** What is on disk now. */
  spool: SpoolDescription
  problems: readonly ConfigProblem[]
}

export interface DiscardedData {
  id: string
  signal: SignalName | undefined
  /** As in `SpooledData`. */
  endpoint: string | undefined
  /** Deleted, of those that could be read. */
  records: number
  /** Why some of it could not be deleted. */
  error?: string | undefined
}

export interface FlushedDestination {
  signal: SignalName
  /** Where the records were sent, credentials masked. */
  endpoint: string
  /** Where they were to go when they were recorded, for those of `toCurrent`, as in `SpooledData`; absent for the others. */
  recordedFor?: string | undefined
  /** Records that were taken over. */
  found: number
  exported: number
  /** Records lost: refused by the receiver, too old, or unreadable. */
  dropped: number
  /** Records that are still on disk. */
  left: number
  delivered: boolean
  lastError?: string | undefined
}
