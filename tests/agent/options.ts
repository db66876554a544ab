import type { EarlyTampering, Tampering } from './tampering.ts'

/** How a process ends. A signal is one that the process sends to itself: the kernel delivers it like any other. */
export type Ending = 'shutdown' | 'end' | 'exit' | 'throw' | 'reject' | EndingSignal
export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT'
/** Ends that have no place in the tables: a top-level `await` that never resolves, and ends without an `exit` event. */
export type OddEnding = 'unsettled' | 'reallyExit' | 'abort' | 'SIGKILL'

/** What the observed process does. It emits `codex.tool_result` events whose call ids are `call:<label>:<number>;`; a label is of small letters, digits and hyphens. */
export interface AgentOptions {
  /** `none`: nothing at all, to compare with. */
  telemetry: 'codex' | 'stock' | 'none'
  codexHome: string
  /** The `exporter` of the configuration; the stock SDK takes the endpoint of its `otlp-http`. */
  exporter: Exporter
  /** The rest of the configuration. */
  config?: Readonly<Record<string, unknown>> | undefined
  label: string
  events: number
  /** Events at a time. Default: all at once. */
  chunk?: number | undefined
  /** Milliseconds between these. Default: 0. */
  everyMs?: number | undefined
  /** How long it works on after the last event, in milliseconds. Default: 0. */
  workMs?: number | undefined
  /** Then works on until this file is there. */
  awaitsFile?: string | undefined
  /** Then works on until so many records that earlier runs left, and its own, were delivered or dropped; codex-otel only. */
  recovers?: number | undefined
  ending: Ending | OddEnding
  /** The application listens, once, to the signal that ends it, before there is telemetry or after: then it shuts down and exits with code 7. */
  handlesSignal?: boolean | 'before' | undefined
  /** What a listener for the exit does that was there before the telemetry (`nothing`, `throws`, `exits`), or that came later (`emits`: 10 events more). */
  atExit?: 'nothing' | 'throws' | 'exits' | 'emits' | undefined
  /** What the application does to its exit before there is telemetry. */
  tampersEarly?: EarlyTampering | undefined
  /** What the application does to its exit after it has emitted all events. */
  tampers?: Tampering | undefined
  /** Ends only when so many records are on disk. */
  onDisk?: number | undefined
  /** A second copy of the library is there, with telemetry of its own. */
  secondCopy?: boolean | undefined
  /** Packages to load before anything else; each gets a listener that says that it was called, and where the process goes on keeps it from ending. */
  signalExit?: readonly ('signal-exit-3' | 'signal-exit-4')[] | undefined
  /** Sets the terminal to raw mode. */
  rawMode?: boolean | undefined
  /** Goes on after the signal: says whether the terminal is still in raw mode, emits so many more events, then `await shutdown()`. */
  eventsAfterSignal?: number | undefined
  /** Ends the worker so long after its start, as a crash would: the first so many that are started. */
  crashWorker?: { afterMs: number; times: number } | undefined
  /** Says after each chunk how many events were emitted. */
  counts?: boolean | undefined
  /**
   * Takes back the `--max-semi-space-size` that Node was started with, so that it holds for this thread alone, and the
   * worker has the limit that the library sets.
   */
  limitsOwnThread?: boolean | undefined
  /** Says this often how much memory it holds. */
  memoryEveryMs?: number | undefined
  /** Moves the clock by so many seconds, through the file that the preloaded library reads, after half of the events. */
  clockJump?: { file: string; seconds: number } | undefined
}

export type Exporter =
  | { 'otlp-http': { endpoint: string; [key: string]: unknown } }
  | { 'otlp-grpc': { endpoint: string; [key: string]: unknown } }

/** What the process says on descriptor 3, one JSON object a line, written at once. */
export type AgentReport =
  | { type: 'emitted'; count: number }
  /** The next statement begins the ending; the time is that of `process.hrtime.bigint()`, the same in all processes. */
  | { type: 'leaving'; atNs: string }
  | { type: 'said'; severity: string; code: string; message: string }
  | { type: 'health'; health: unknown }
  | { type: 'note'; text: string }
  /** In bytes: resident, of both threads; and the heaps of both and what hangs on them, what is not yet collected included. */
  | { type: 'memory'; rss: number; heap: number }
