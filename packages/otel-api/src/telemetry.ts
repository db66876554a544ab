import type { Decision } from './events.ts'
import type { MetricRecorder, RuntimeSummary } from './metrics.ts'
import type {
  ObservedRequest,
  ObservedResponse,
  ObservedTool,
  ObservedTurn,
  ServerSentEvent,
  StreamOptions,
  ToolOutcome,
  WebsocketMessage,
} from './observe.ts'
import type { AttributeValue, EventName, EventPayload } from './own-events.ts'
import type {
  ApprovalOutcome,
  ObservedApproval,
  Span,
  SpanAttributes,
  SubagentOptions,
  TraceContext,
  TraceContextOptions,
} from './spans.ts'

/** Makes the telemetry of one process. Both builds export a function of this type; it never throws. */
export type CreateTelemetry = (options: TelemetryOptions) => Telemetry

export interface TelemetryOptions {
  /**
   * The `otel` value of the parsed `config.toml`, or a table that is written in code (`{ ... } satisfies OtelConfig` has
   * the compiler check that); `undefined` where the file has none, and then nothing is exported. An
   * `Error`, with the `line` of the mistake, where those lines of the file could not be parsed: that is a problem, too.
   */
  config: unknown
  /** Where that value came from: named in every problem. Default: `config.toml` in `codexHome`. */
  configFile?: string | undefined
  /** The text of that file: with it, problems name the line. */
  configText?: string | undefined
  /** The dotted keys that were set on the command line and not in the file, for example `otel.environment`. */
  configOverrides?: readonly string[] | undefined
  /** The directory that the agent keeps its files in, as an absolute path. */
  codexHome: string
  /** The application's version; becomes `service.version` and `app.version`. */
  serviceVersion: string
  /**
   * `service.name` of the resource; `service_name` of the configuration wins. Default: the originator of the first session,
   * or `codex-cli` where that is one of Codex's own programs, such as `codex_exec`. What is sent before any session, by a
   * doctor for instance, is then of `codex-cli`, too.
   */
  serviceName?: string | undefined
  /**
   * What the names of the application's own events begin with, without the dot behind it, for example `my_agent`; never
   * `codex`. Default: the originator of the session, where it can be that and is none of Codex's own programs.
   */
  eventPrefix?: string | undefined
  /** Whom `user_id` of the metrics stands for. Default: whom the first session with an identity names. */
  identity?: UserIdentity | undefined
  /**
   * Where in a trace of another program this process works, as `traceContextFrom` reads it: the parent of each turn. What
   * is no W3C Trace Context is passed over, with a notice.
   */
  traceContext?: TraceContext | undefined
  /** What `${VAR}` and the standard variables are read from. Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * Called on the application's thread with what its user may want to know: a batch that was lost, a worker that died.
   * The library itself writes nothing to stdout, and to stderr what its console exporter prints; the no-op does once, see `silentNoop`. What it throws is passed over, and so is the failure of a promise
   * that it returns.
   */
  onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined
  /**
   * Called on the application's thread after the console exporter has printed to a terminal, from which it takes rows of their
   * own: the cursor stands below them, in the first column, and an application with a prompt shows it again. It is not called
   * for what is printed while the process ends. What it throws is passed over, as above.
   */
  onPrinted?: (() => void) | undefined
  /**
   * For an application that is built without telemetry on purpose. Otherwise that build says once a process on stderr
   * that it exports nothing, where `config` names an exporter: the build condition may have been forgotten. The SDK
   * does not read it. Default: `false`.
   */
  silentNoop?: boolean | undefined
}

/**
 * The telemetry of one process. Every method can be called at any time, also after `shutdown`, and none throws.
 * Metrics recorded here carry their own tags only; those of a conversation are recorded on its session.
 */
export interface Telemetry extends MetricRecorder {
  /** Whether anything is exported at all. */
  readonly enabled: boolean
  /** What is wrong with the configuration. The exporter that a problem concerns is off; everything else works. */
  readonly problems: readonly ConfigProblem[]
  /**
   * The environment variables that the configuration takes credentials from, for `childEnvironment`. Empty in a build
   * without the feature, which reads no configuration.
   */
  readonly secretVariables: readonly string[]
  /** The telemetry of one conversation. */
  session(options: SessionOptions): SessionTelemetry
  /**
   * Sends what was emitted before this call, and goes on. Two calls at once share one promise.
   * Resolves to `true` when all of it was accepted by the collector, to `false` when some was not or time ran out.
   */
  flush(options?: FlushOptions): Promise<boolean>
  /** Flushes, then stops the worker. Events emitted afterwards are dropped and counted. Resolves as `flush` does. */
  shutdown(options?: FlushOptions): Promise<boolean>
  /** What became of the events so far; `undefined` in a build without the feature. */
  health(): TelemetryHealth | undefined
}

export interface FlushOptions {
  /** How long to wait at most, in milliseconds. Default: 10,000 for `flush`, 500 for `shutdown`. */
  timeoutMs?: number | undefined
}

/** How the user is signed in, as telemetry is allowed to see it. */
export type AuthMode = 'ApiKey' | 'Chatgpt'

/**
 * What tells one user from another. It leaves the process only as `user_id`, a resource attribute of metrics: a SHA-256
 * of the id or else of the key. A process has one; metrics exported before it was known go without.
 */
export interface UserIdentity {
  /** The signed-in user's id. */
  userId?: string | undefined
  /** Asked where there is no id. Keys shorter than 20 characters are placeholders and identify nobody. */
  apiKey?: string | undefined
}

export interface SessionAuth extends UserIdentity {
  mode: AuthMode
  /** `user.account_id`; ChatGPT sign-in only. */
  accountId?: string | undefined
  /** `user.email`; ChatGPT sign-in only. */
  email?: string | undefined
}

/** Which credentials the environment offers: that they are there, never what they are. */
export interface AuthEnvironment {
  openaiApiKeyPresent: boolean
  codexApiKeyPresent: boolean
  /** Whether `CODEX_API_KEY` is honoured by this entry point. */
  codexApiKeyEnabled: boolean
  /** The configured provider names a variable for its key, and whether that variable is set. */
  providerKeyPresent?: boolean | undefined
  refreshTokenUrlOverridePresent: boolean
}

/** What every event of one conversation carries. */
export interface SessionOptions {
  /** A UUIDv7, as `newConversationId` makes it. Any other text is taken as well, up to 1,024 characters of it. */
  conversationId: string
  model: string
  /** The model's short name. Default: `model`. */
  slug?: string | undefined
  /** The program that speaks to the provider, for example `codex_exec`. */
  originator: string
  /** Where the conversation came from, for example `exec` or `cli`; a tag of metrics, not an attribute of events. */
  sessionSource?: string | undefined
  /** What kind of terminal is attached, for example `xterm-256color`. */
  terminalType: string
  /** Absent when nobody is signed in. */
  auth?: SessionAuth | undefined
  authEnvironment?: AuthEnvironment | undefined
  /** The configured reasoning effort; goes with the token counts. */
  reasoningEffort?: string | undefined
  /** What the working directory is; unknown where absent. Tags of `codex.thread.started`. */
  workspace?: { isGit?: boolean | undefined; isWorktree?: boolean | undefined } | undefined
  /**
   * The application's own attributes, which go on each event of the session, and on no metric: there each value would be a
   * series. At most 32 with 8,192 characters together, each text cut at 1,024, checked and scrubbed as those of own events are.
   * One that an event of the catalogue has is not taken; an own event's attribute of the same name has precedence.
   */
  attributes?: Readonly<Record<string, AttributeValue | null | undefined>> | undefined
  /**
   * Whether each metric of the session is tagged with `app.version`, `auth_mode`, `model`, `originator` and
   * `session_source`. Default: `true`.
   */
  metricTags?: boolean | undefined
  /** `gen_ai.agent.name` of spans, up to 1,024 characters. Default: as `service.name` of the resource. */
  agentName?: string | undefined
  /** `gen_ai.provider.name` of spans, for example `openai`. Default: the provider of `codex.conversation_starts`. */
  provider?: string | undefined
  /** The last turn before a conversation was resumed, from `lastTurn`: the first turn has a link to it. */
  previousTurn?: TraceContext | undefined
}

/** The telemetry of one conversation. */
export interface SessionTelemetry extends MetricRecorder {
  /**
   * Records one event, of the catalogue or of the application's own (`OwnEvents`). Never throws and never waits; costs
   * under 2 microseconds. Of an own event an attribute that cannot be sent is left out, counted in the record
   * (`dropped_attributes_count`) and reported once: a value that is no `AttributeValue`, a name with other characters than
   * letters, digits, `.`, `_`, `-` and `/` or that every event has, and what is past 128 attributes or 262,144 characters.
   */
  emit<Name extends EventName>(name: Name, payload: EventPayload<Name>): void
  /** The same conversation with another model: shares its counters and its turn. */
  withModel(model: string, slug?: string): SessionTelemetry
  /** Runs `send` once and emits `codex.api_request`; returns what it returned, rethrows what it threw. */
  observeRequest<Response extends ObservedResponse>(
    request: ObservedRequest,
    send: () => Promise<Response>,
  ): Promise<Response>
  /**
   * Passes a response's events on unchanged and emits `codex.sse_event` for each, and once at the end: with the token
   * counts when the response is complete (`response.completed`, `[DONE]`, `message_stop`), or with the reason when it
   * failed or ended early. The first piece of an answer in a turn also gives `codex.turn_ttft`. In the token counts what
   * a cache gave or took is a part of the input, and the reasoning a part of the output, in each protocol. Chat Completions
   * has token counts only where the request asks for them: `stream_options: { include_usage: true }`. What the
   * source throws is rethrown. A consumer that stops reading ends the observation without a failure.
   */
  observeSse<Event extends ServerSentEvent>(events: AsyncIterable<Event>, options?: StreamOptions): AsyncIterable<Event>
  /** As `observeSse`, for a stream of objects, as official client libraries give it. */
  observeStream<Item>(items: AsyncIterable<Item>, options?: StreamOptions): AsyncIterable<Item>
  /**
   * Passes the messages of one response over a WebSocket on unchanged and records the metric `codex.websocket.event` for
   * each. Emits `codex.sse_event` once, at the end: with the token counts after `response.completed`, or with the reason
   * when the response failed or the connection ended early. What the source throws is rethrown. A consumer that stops
   * reading ends the observation without a failure.
   */
  observeWebsocket<Message extends WebsocketMessage>(messages: AsyncIterable<Message>): AsyncIterable<Message>
  /** Runs `run` once and emits `codex.tool_result`; returns what it returned, rethrows what it threw. */
  observeTool<Result extends ToolOutcome | string>(tool: ObservedTool, run: () => Promise<Result>): Promise<Result>
  /**
   * Emits `codex.user_prompt`, runs `run` once, and records the turn's metrics when it ends; returns what it returned,
   * rethrows what it threw. Without it a turn has a beginning, but no end to be measured.
   */
  observeTurn<Result>(turn: ObservedTurn, run: () => Promise<Result>): Promise<Result>
  /**
   * Asks with `ask`, once, and emits `codex.tool_decision` with the answer; returns what it returned. What it throws is
   * rethrown, and then nothing was decided. The span lasts as long as the question.
   */
  observeApproval<Answer extends ApprovalOutcome | Decision>(
    approval: ObservedApproval,
    ask: () => Promise<Answer>,
  ): Promise<Answer>
  /**
   * Runs `run` in a span of the application's own, below the current turn, until its promise settles where it returns one.
   * Returns what it returned, rethrows what it threw: then the span has failed. A name has up to 1,024 characters.
   */
  span<Result>(name: string, attributes: SpanAttributes | undefined, run: (span: Span) => Result): Result
  /** The telemetry of a conversation that this one starts: in the same trace, with the same counters. */
  subagent(options: SubagentOptions): SessionTelemetry
  /** The current place in the trace, for other programs; `undefined` when traces are not exported, or not to be told. */
  traceContext(options?: TraceContextOptions): TraceContext | undefined
  /** The latest turn, to be kept with the conversation; `undefined` before the first, and when traces are not exported. */
  lastTurn(): TraceContext | undefined
  /** What the conversation came to so far; `undefined` in a build without the feature. */
  runtimeSummary(): RuntimeSummary | undefined
}

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** `error`: an exporter is off because of it. `warning`: it is on all the same. `notice`: nothing is wrong, but worth knowing. */
  severity: 'error' | 'warning' | 'notice'
  /**
   * The file, as given in `configFile`; or `command line`, or `environment` for a standard variable. As `visibleText` shows
   * it: a name for a person, not a path to open.
   */
  file: string
  /** The line of the key in the file, from 1, where it is known. */
  line?: number | undefined
  /** The key, for example `otel.exporter.otlp-http.protocol`. */
  key: string
  /** What stands there, for example `"grpc"`; secrets masked. */
  found: string
  /** What may stand there, for example `"binary" or "json"`. */
  allowed: string
  /** All of it in one line for a person. */
  message: string
}

/** Something that happened to the export. */
export interface Diagnostic {
  severity: 'warning' | 'error'
  /** Stable, for programs: for example `export-failed`, `events-dropped`, `worker-crashed`, `worker-stuck`. */
  code: string
  /** One line for a person; contains no secret and no content. */
  message: string
}

/** What became of the records of one process. */
export interface TelemetryHealth {
  /** Events. */
  logs: SignalHealth
  /** Data points; what was dropped on the way to the worker is counted in measurements, which points add up. */
  metrics: SignalHealth
  /** Spans. */
  traces: SignalHealth
}

/** Every record is in one place: `exported`, `dropped`, `pending` or `spooled`. */
export interface SignalHealth {
  /** Records that the collector accepted. */
  exported: number
  /** Records that wait to be sent, or are on their way. */
  pending: number
  /** Records left on disk, for the next run to send. */
  spooled: number
  /** Records that earlier runs had left on disk and that this one took over; counted under the other numbers too. */
  recovered: number
  /** Records in attempts that failed and were, or will be, made again. */
  retried: number
  /**
   * Secrets that were replaced by `[SCRUBBED:...]`: in events one for each place, in metrics one for each tag of a series.
   */
  scrubbed: number
  /** Records that are lost, by reason. */
  dropped: Readonly<Partial<Record<DropReason, number>>>
  /** The cause of the last failure, in one line. It holds no count of records: `dropped`, `pending` and `spooled` do. */
  lastError?: string | undefined
  /** When the collector last accepted something, in milliseconds since the epoch. */
  lastSuccessMs?: number | undefined
}

/**
 * Why a record was lost:
 * - `rejected`: the collector refused it for good;
 * - `queue-full`: past the bound on memory;
 * - `spool-full`: it made room on disk for newer ones; `expired`: it was there for too long; `spool-unreadable`: the
 *   disk did not give it back;
 * - `unreachable`: in memory only when the process ended;
 * - `not-written`: standard error, or the file that it was to be written to, did not take it;
 * - `after-shutdown`: emitted too late;
 * - `invalid`: an event whose name no event has and no own event can have, without a field that it must have, or whose fields cannot be read, or a
 *   measurement with a name, tag or value that cannot be recorded;
 * - `span-limit`: more than 1,000 spans below a turn, or more than 4,096 open at once;
 * - `worker-crashed`: the worker died, or was stuck and therefore ended, before it took it in.
 */
export type DropReason =
  | 'rejected'
  | 'queue-full'
  | 'spool-full'
  | 'expired'
  | 'spool-unreadable'
  | 'unreachable'
  | 'not-written'
  | 'after-shutdown'
  | 'invalid'
  | 'span-limit'
  | 'worker-crashed'
