// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the reference page shows how variables are written.

/** What a value may be. */
export type ValueSpec =
  /** Text that is not empty. */
  | { type: 'string' }
  | { type: 'boolean' }
  | { type: 'integer'; unit: 'milliseconds' | 'bytes' | 'files'; min: number; max: number }
  /** With or without a fraction. */
  | { type: 'number'; min: number; max: number }
  /** A number and a unit, such as `7d`. */
  | { type: 'duration' }
  | { type: 'choice'; values: readonly string[] }
  /** Any of these, in a list. */
  | { type: 'choices'; values: readonly string[] }
  | { type: 'path' }
  /** A URL that may hold `${VAR}`. */
  | { type: 'url' }
  /** A program and its arguments. */
  | { type: 'command' }
  /** Regular expressions. */
  | { type: 'patterns' }
  | { type: 'exporter' }
  /** A table whose keys the operator chooses. */
  | { type: 'headers' }
  | { type: 'resource' }
  | { type: 'attributes' }
  /** Tables of texts, by the vendor that each is for. */
  | { type: 'tracestate' }
  | { type: 'table'; keys: Keys }

/** One row of the reference page. */
export type KeySpec = ValueSpec & {
  doc: string
  default?: string | number | boolean
  /** Where the default is not a plain value. */
  defaultDoc?: string
  /** What a wrong value, or a misspelt key, counts as, where that is not the default. */
  whenWrong?: string
  /** What a wrong value, or a misspelt key, stops, where nothing can stand in for it. */
  stops?: string
  /** Standard variables that are asked where the file is silent; `{SIGNAL}` stands for `LOGS`, `METRICS` or `TRACES`. */
  env?: readonly string[]
  /** A second accepted spelling. */
  alias?: string
  /** Whether what the table is for cannot be done without it. */
  required?: true
}

export type Keys = Readonly<Record<string, KeySpec>>

const identityPolicies = ['full', 'hash', 'length', 'off'] as const
const textPolicies = ['full', 'length', 'off'] as const

/** `[otel.content]`. */
export const contentKeys: Keys = {
  prompt: {
    type: 'choice',
    values: textPolicies,
    whenWrong: 'off',
    defaultDoc: '`off`, or `full` with `log_user_prompt = true`',
    doc: "The user's prompts. With `off` the attribute reads `[REDACTED]`, with `length` `[REDACTED length=12]`; the length is always sent.",
  },
  tool_arguments: {
    type: 'choice',
    values: textPolicies,
    default: 'full',
    whenWrong: 'off',
    doc: 'What the model calls a tool with.',
  },
  tool_output: {
    type: 'choice',
    values: textPolicies,
    default: 'full',
    whenWrong: 'off',
    doc: 'What a tool answers.',
  },
  error_text: {
    type: 'choice',
    values: textPolicies,
    default: 'full',
    whenWrong: 'off',
    doc: 'The texts of errors, which may quote what the model or the provider said.',
  },
  response: {
    type: 'choice',
    values: textPolicies,
    whenWrong: 'off',
    defaultDoc: '`off`, or `full` with `log_agent_responses = true`',
    doc: "The model's final answers. With `off` there is no `codex.agent_response`; with `length` it has the length of the answer, and `[REDACTED length=12]` in its place. Where `log_agent_responses` is there and `false`, only `off` is in effect.",
  },
  own_events: {
    type: 'choice',
    values: textPolicies,
    default: 'full',
    whenWrong: 'off',
    doc: 'Texts that the agent adds to what Codex records: in [its own events](events.md#own-events) and in the attributes of its sessions. What is withheld under a name such as `prompt` or `output` in other events is withheld under that name there, too.',
  },
  email: {
    type: 'choice',
    values: identityPolicies,
    default: 'full',
    whenWrong: 'off',
    doc: "The signed-in user's e-mail address.",
  },
  account_id: {
    type: 'choice',
    values: identityPolicies,
    default: 'full',
    whenWrong: 'off',
    doc: "The signed-in user's account id.",
  },
  scrub: {
    type: 'boolean',
    default: true,
    doc: 'Replaces what looks like a secret in every text that comes from outside the program: keys of providers, clouds and services, bearer tokens, PEM blocks, passwords in URLs, cookies, `KEY=...` assignments.',
  },
  scrub_patterns: {
    type: 'patterns',
    defaultDoc: 'none',
    stops: 'nothing is exported, because what it was to hide would be sent',
    doc: 'RE2 regular expressions for further secrets, with `(?i)` in front for any case; see [What leaves](operating.md#what-leaves). A wrong one turns all export off.',
  },
}

const spoolKeys: Keys = {
  enabled: { type: 'boolean', default: true, doc: 'Keeps on disk what could not be delivered, and sends it later.' },
  max_bytes: {
    type: 'integer',
    unit: 'bytes',
    min: 65_536,
    max: 1_099_511_627_776,
    default: 67_108_864,
    doc: 'How large the spool may grow. Past it the oldest data goes first.',
  },
  max_age: { type: 'duration', default: '7d', doc: 'How long data is kept.' },
}

const toolResultKeys: Keys = {
  max_bytes: {
    type: 'integer',
    unit: 'bytes',
    min: 0,
    max: 1_048_576,
    default: 2048,
    doc: "How much of a tool's output is sent, in UTF-8. With 0 only the notice that it was cut is left.",
  },
}

const helperOff = 'nothing is exported, because the headers that it was to give are missing'
const headersHelper: KeySpec = {
  type: 'string',
  defaultDoc: 'none',
  doc: 'A shell command (`sh -c`) that prints a JSON object of headers, which win over `headers`; for HTTP and gRPC. Run when the agent starts, in the home directory with the environment of the agent, without its `OTEL_*`, `NODE_*` and `GRPC_*` variables; once for all exporters that have the same one, again after `headers_helper_refresh_interval_ms`, and once on 401. If it fails, there is one warning and nothing is sent until it succeeds. Without a shell, for one header: `{ command = [...] }`.',
}
const headersHelperRefresh: KeySpec = {
  type: 'integer',
  unit: 'milliseconds',
  min: 1,
  max: 86_400_000,
  default: 300_000,
  doc: 'How long the headers of `headers_helper` are used.',
}

const metricsKeys: Keys = {
  temporality: {
    type: 'choice',
    values: ['delta', 'cumulative'],
    default: 'delta',
    doc: 'Whether a sum counts since the last export or since the start.',
  },
}

/** How it is decided which traces are recorded: the names of the standard. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** What the application hands the context of a trace on to. */
export const PROPAGATION_TARGETS = ['commands', 'mcp', 'model'] as const

const tracesKeys: Keys = {
  sampler: {
    type: 'choice',
    values: SAMPLERS,
    default: 'parentbased_always_on',
    env: ['OTEL_{SIGNAL}_SAMPLER'],
    doc: 'Which traces are recorded. `parentbased_` leaves it to the trace that the agent was started in, if there is one. Log events and metrics are sent in any case; log events of a trace that is not recorded have its ids, too.',
  },
  ratio: {
    type: 'number',
    min: 0,
    max: 1,
    default: 1,
    env: ['OTEL_{SIGNAL}_SAMPLER_ARG'],
    doc: 'The share of traces that `traceidratio` and `parentbased_traceidratio` record: 0.1 is one in ten.',
  },
  propagate: {
    type: 'choices',
    values: PROPAGATION_TARGETS,
    whenWrong: 'none',
    defaultDoc: '`["commands"]`',
    doc: 'What learns which trace it is part of: `commands` that tools run (`TRACEPARENT` and `TRACESTATE` in their environment), `mcp` servers, the provider of the `model`. An empty list: nothing.',
  },
  content: {
    type: 'boolean',
    default: false,
    doc: 'Whether spans have texts: the prompt of a turn, and what a tool is called with and answers, each where `[otel.content]` says `full` of it.',
  },
}

/** `[otel]`. */
export const otelKeys: Keys = {
  environment: { type: 'string', default: 'dev', doc: 'The resource attribute `env`.' },
  service_name: {
    type: 'string',
    defaultDoc: "what the application calls itself, or else its originator; `codex-cli` for Codex's own programs",
    doc: 'The resource attribute `service.name`.',
  },
  exporter: { type: 'exporter', default: 'none', doc: 'Where log events go.' },
  metrics_exporter: {
    type: 'exporter',
    default: 'none',
    doc: 'Where metrics go. `"statsig"`, which stands in sample files, counts as `"none"`, with a notice.',
  },
  trace_exporter: { type: 'exporter', default: 'none', doc: 'Where spans go.' },
  span_attributes: {
    type: 'attributes',
    defaultDoc: 'none',
    doc: 'Further attributes of each span, up to 32, such as `team = "platform"`; one that the span has itself stays, and none begins with `codex.`, `gen_ai.`, `session.` or `error.`. Values may hold `${VAR}`.',
  },
  tracestate: {
    type: 'tracestate',
    defaultDoc: 'none',
    doc: 'Fields of the W3C `tracestate`, by vendor: `[otel.tracestate.acme]` with `tier = "gold"` makes it `acme=tier:gold`, on spans and wherever the context goes, in front of what came in. On spans secrets in it are scrubbed.',
  },
  log_user_prompt: {
    type: 'boolean',
    default: false,
    doc: 'Sends prompts as they are; without it they read `[REDACTED]`.',
  },
  log_sse_deltas: {
    type: 'boolean',
    default: true,
    doc: 'Sends a `codex.sse_event` for each piece of a streamed text (kinds that end in `.delta`). Metrics count them in any case.',
  },
  log_agent_responses: {
    type: 'boolean',
    default: false,
    doc: "Sends `codex.agent_response`, the text of the model's final answers; `response` of `[otel.content]` says it more exactly.",
  },
  log_guardian_assessments: {
    type: 'boolean',
    default: false,
    doc: 'Sends `codex.guardian_assessment`, the decisions of a reviewer that approves for the user.',
  },
  headers_helper: {
    ...headersHelper,
    stops: helperOff,
    doc: `For all exporters without one of their own. ${headersHelper.doc}`,
  },
  headers_helper_refresh_interval_ms: headersHelperRefresh,
  shutdown_timeout_ms: {
    type: 'integer',
    unit: 'milliseconds',
    min: 0,
    max: 60_000,
    default: 500,
    doc: 'How long leaving the process may take for the sake of telemetry.',
  },
  resource: {
    type: 'resource',
    env: ['OTEL_RESOURCE_ATTRIBUTES'],
    defaultDoc: 'empty',
    doc: 'Further resource attributes, such as `team = "platform"`. Values may hold `${VAR}`.',
  },
  content: { type: 'table', keys: contentKeys, whenWrong: 'off', doc: 'What leaves the machine.' },
  tool_result: { type: 'table', keys: toolResultKeys, doc: "What is sent of a tool's output." },
  spool: { type: 'table', keys: spoolKeys, doc: 'Data that waits for the next attempt.' },
  metrics: { type: 'table', keys: metricsKeys, doc: 'How metrics are added up.' },
  traces: {
    type: 'table',
    keys: tracesKeys,
    doc: 'Which traces are recorded, and what learns of them.',
  },
}

/** `{ file = ... }` and `{ command = [...] }` in place of a header's value. */
export const headerSourceKeys: Keys = {
  file: {
    type: 'path',
    doc: 'The value is what this file contains, without the white space around it; read again when it changes.',
  },
  command: {
    type: 'command',
    doc: 'The value is what this program prints. It is run without a shell, and again once on 401. `${VAR}` is replaced in the program, not in its arguments.',
  },
  ttl_ms: {
    type: 'integer',
    unit: 'milliseconds',
    min: 1000,
    max: 86_400_000,
    default: 300_000,
    doc: "How long the program's answer is used.",
  },
}

/** `tls = { ... }` of an exporter. */
export const tlsKeys: Keys = {
  'ca-certificate': {
    type: 'path',
    alias: 'ca_certificate',
    env: ['OTEL_EXPORTER_OTLP_{SIGNAL}_CERTIFICATE', 'OTEL_EXPORTER_OTLP_CERTIFICATE'],
    defaultDoc: "the system's",
    doc: "PEM file with the authorities that the collector's certificate is checked against.",
  },
  'client-certificate': {
    type: 'path',
    alias: 'client_certificate',
    env: ['OTEL_EXPORTER_OTLP_{SIGNAL}_CLIENT_CERTIFICATE', 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'],
    doc: 'PEM file with the certificate to sign in with; needs `client-private-key`.',
  },
  'client-private-key': {
    type: 'path',
    alias: 'client_private_key',
    env: ['OTEL_EXPORTER_OTLP_{SIGNAL}_CLIENT_KEY', 'OTEL_EXPORTER_OTLP_CLIENT_KEY'],
    doc: 'PEM file with the key of that certificate.',
  },
}

const headers: KeySpec = {
  type: 'headers',
  env: ['OTEL_EXPORTER_OTLP_{SIGNAL}_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
  defaultDoc: 'none',
  doc: 'Headers (gRPC: metadata) of each request: text that may hold `${VAR}`, `{ file = "path" }`, or `{ command = ["program", "argument"], ttl_ms = 300000 }`.',
}
const compression: KeySpec = {
  type: 'choice',
  values: ['none', 'gzip'],
  default: 'none',
  env: ['OTEL_EXPORTER_OTLP_{SIGNAL}_COMPRESSION', 'OTEL_EXPORTER_OTLP_COMPRESSION'],
  doc: 'How requests are compressed.',
}
const timeout: KeySpec = {
  type: 'integer',
  unit: 'milliseconds',
  min: 1,
  max: 600_000,
  default: 10_000,
  env: ['OTEL_EXPORTER_OTLP_{SIGNAL}_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT'],
  doc: 'How long one request may take.',
}
const tls: KeySpec = { type: 'table', keys: tlsKeys, doc: 'Certificates, for `https` endpoints.' }
const endpointVariables = ['OTEL_EXPORTER_OTLP_{SIGNAL}_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const

/** A collector, by the way that it is spoken to. */
export type OtlpKind = 'otlp-http' | 'otlp-grpc'
export type ExporterKind = OtlpKind | 'console' | 'file'

/** The keys of `exporter = { otlp-http = { ... } }`, and of the other kinds. */
export const exporterKeys: Readonly<Record<ExporterKind, Keys>> = {
  'otlp-http': {
    endpoint: {
      type: 'url',
      env: endpointVariables,
      defaultDoc: '`http://localhost:4318/v1/logs` (`/v1/metrics`, `/v1/traces`)',
      doc: 'The URL that requests are posted to, used exactly as written: nothing is appended to it. To the second of the variables the path is appended, as the standard says.',
    },
    protocol: {
      type: 'choice',
      values: ['binary', 'json'],
      default: 'binary',
      doc: 'The encoding: Protobuf or JSON.',
    },
    headers,
    headers_helper: headersHelper,
    headers_helper_refresh_interval_ms: headersHelperRefresh,
    compression,
    timeout_ms: timeout,
    tls,
  },
  'otlp-grpc': {
    endpoint: {
      type: 'url',
      env: endpointVariables,
      defaultDoc: '`http://localhost:4317`',
      doc: 'The URL of the collector; `http` means without TLS.',
    },
    headers,
    headers_helper: headersHelper,
    headers_helper_refresh_interval_ms: headersHelperRefresh,
    compression,
    timeout_ms: timeout,
    tls,
  },
  console: {},
  file: {
    path: {
      type: 'path',
      required: true,
      doc: 'The file. A relative path is relative to the directory of `config.toml`; `~/` is the home directory, and `${VAR}` a variable. Missing directories are made, for this user alone.',
    },
    max_bytes: {
      type: 'integer',
      unit: 'bytes',
      min: 1024,
      max: 1_099_511_627_776,
      default: 67_108_864,
      doc: 'A file that would grow over this gets the time into its name, as in `events-20261129T142600123Z-001.jsonl`, and a new one is begun.',
    },
    max_files: {
      type: 'integer',
      unit: 'files',
      min: 1,
      max: 10_000,
      default: 5,
      doc: 'How many files are kept, the current one included; the oldest goes first.',
    },
  },
}

/** The keys that nothing can stand in for. */
export const requiredKeys = (kind: ExporterKind): readonly string[] => (kind === 'file' ? ['path'] : [])

/** What an exporter is for, where that is not a collector. */
export const exporterDocs: Readonly<Record<Exclude<ExporterKind, OtlpKind>, string>> = {
  console: `\`exporter = "console"\` prints a line for each event on standard error, \`metrics_exporter = "console"\` a line for each
series whenever metrics are collected, and \`trace_exporter = "console"\` a line for each span when it ends; nothing is printed on standard output, nothing is sent and nothing is kept in the spool. A line
begins with time, name and the event's own attributes, the short ones first; those of the session come last, all of them on its first line and \`conversation.id\` on the others (in a terminal only
where the conversation changes). The content policy, scrubbing and limits are those of
every exporter; of a value longer than 500 characters the line shows the beginning. Characters that a terminal would act on, or not show, are
printed as \`\\u{...}\`. Colours are for terminals alone; \`NO_COLOR\` and \`FORCE_COLOR\` decide otherwise. In a terminal the lines stand below what was there, and \`onPrinted\` of the options tells an application with a prompt to show it again. A reader that takes nothing for
two seconds loses lines, which \`health()\` counts as \`not-written\`.`,
  file: `\`exporter = { file = { path = "events.jsonl" } }\` appends to a file, a line for each request: an \`ExportLogsServiceRequest\` (for metrics
an \`ExportMetricsServiceRequest\`, for spans an \`ExportTraceServiceRequest\`) in OTLP JSON, as the Collector's file exporter writes them and its receiver for OTLP JSON files reads them. Signals may
share a file, and so may any number of processes: each line is one write. The content policy, scrubbing and limits are those of every exporter; nothing is kept in the spool. The
file is made for this user alone (0600), and has to be a plain file of this user: a link, a directory or a pipe is refused. What cannot be
written, as on a full disk, is lost and counted as \`not-written\`.`,
}

/** What only the environment can set. */
export const environmentKeys: Keys = {
  OTEL_SDK_DISABLED: { type: 'boolean', default: false, doc: 'With `true` nothing is exported.' },
  OTEL_BLRP_SCHEDULE_DELAY: {
    type: 'integer',
    unit: 'milliseconds',
    min: 0,
    max: 2_147_483_647,
    default: 1000,
    doc: 'How long a batch of log events that is not full waits before it is sent.',
  },
  OTEL_METRIC_EXPORT_INTERVAL: {
    type: 'integer',
    unit: 'milliseconds',
    min: 1,
    max: 2_147_483_647,
    default: 60_000,
    doc: 'How often metrics are sent.',
  },
  OTEL_BSP_SCHEDULE_DELAY: {
    type: 'integer',
    unit: 'milliseconds',
    min: 0,
    max: 2_147_483_647,
    default: 1000,
    doc: 'How long a batch of spans that is not full waits before it is sent.',
  },
}
