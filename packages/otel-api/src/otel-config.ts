// Generated from packages/otel-sdk/src/config/schema.ts by `npm run docs`: edit that.

/**
 * The `[otel]` table of `config.toml`. `createTelemetry` takes whatever a file holds; for a table that is written in
 * code, `{ ... } satisfies OtelConfig` has the compiler check it.
 */
export interface OtelConfig {
  /** The resource attribute `env`. Default: `"dev"`. */
  environment?: string | undefined
  /**
   * The resource attribute `service.name`. Default: what the application calls itself, or else its originator;
   * `codex-cli` for Codex's own programs.
   */
  service_name?: string | undefined
  /** Where log events go. Default: `"none"`. */
  exporter?: OtelExporter | undefined
  /**
   * Where metrics go. `"statsig"`, which stands in sample files, counts as `"none"`, with a notice. Default: `"none"`.
   */
  metrics_exporter?: OtelExporter | undefined
  /** Where spans go. Default: `"none"`. */
  trace_exporter?: OtelExporter | undefined
  /**
   * Further attributes of each span, up to 32, such as `team = "platform"`; one that the span has itself stays, and
   * none begins with `codex.`, `gen_ai.`, `session.` or `error.`. Values may hold `${VAR}`. Default: none.
   */
  span_attributes?: Readonly<Record<string, string>> | undefined
  /**
   * Fields of the W3C `tracestate`, by vendor: `[otel.tracestate.acme]` with `tier = "gold"` makes it `acme=tier:gold`,
   * on spans and wherever the context goes, in front of what came in. On spans secrets in it are scrubbed. Default:
   * none.
   */
  tracestate?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined
  /** Sends prompts as they are; without it they read `[REDACTED]`. Default: `false`. */
  log_user_prompt?: boolean | undefined
  /**
   * Sends a `codex.sse_event` for each piece of a streamed text (kinds that end in `.delta`). Metrics count them in any
   * case. Default: `true`.
   */
  log_sse_deltas?: boolean | undefined
  /**
   * Sends `codex.agent_response`, the text of the model's final answers; `response` of `[otel.content]` says it more
   * exactly. Default: `false`.
   */
  log_agent_responses?: boolean | undefined
  /** Sends `codex.guardian_assessment`, the decisions of a reviewer that approves for the user. Default: `false`. */
  log_guardian_assessments?: boolean | undefined
  /**
   * For all exporters without one of their own. A shell command (`sh -c`) that prints a JSON object of headers, which
   * win over `headers`; for HTTP and gRPC. Run when the agent starts, in the home directory with the environment of the
   * agent, without its `OTEL_*`, `NODE_*` and `GRPC_*` variables; once for all exporters that have the same one, again
   * after `headers_helper_refresh_interval_ms`, and once on 401. If it fails, there is one warning and nothing is sent
   * until it succeeds. Without a shell, for one header: `{ command = [...] }`. Default: none.
   */
  headers_helper?: string | undefined
  /** How long the headers of `headers_helper` are used. In milliseconds, from 1 to 86400000. Default: `300000`. */
  headers_helper_refresh_interval_ms?: number | undefined
  /**
   * How long leaving the process may take for the sake of telemetry. In milliseconds, from 0 to 60000. Default: `500`.
   */
  shutdown_timeout_ms?: number | undefined
  /** Further resource attributes, such as `team = "platform"`. Values may hold `${VAR}`. Default: empty. */
  resource?: Readonly<Record<string, string>> | undefined
  /** What leaves the machine. */
  content?: OtelContent | undefined
  /** What is sent of a tool's output. */
  tool_result?: OtelToolResult | undefined
  /** Data that waits for the next attempt. */
  spool?: OtelSpool | undefined
  /** How metrics are added up. */
  metrics?: OtelMetrics | undefined
  /** Which traces are recorded, and what learns of them. */
  traces?: OtelTraces | undefined
}

/**
 * Where the data of a signal goes: nowhere, to an exporter with all of its defaults, or where a table with one exporter
 * says.
 */
export type OtelExporter =
  | 'none'
  | 'otlp-http'
  | 'otlp-grpc'
  | 'console'
  | { 'otlp-http': OtlpHttpExporter; 'otlp-grpc'?: undefined; console?: undefined; file?: undefined }
  | { 'otlp-grpc': OtlpGrpcExporter; 'otlp-http'?: undefined; console?: undefined; file?: undefined }
  | { console: Readonly<Record<string, never>>; 'otlp-http'?: undefined; 'otlp-grpc'?: undefined; file?: undefined }
  | { file: FileExporter; 'otlp-http'?: undefined; 'otlp-grpc'?: undefined; console?: undefined }

/** The table of the exporter `otlp-http`. */
export interface OtlpHttpExporter {
  /**
   * The URL that requests are posted to, used exactly as written: nothing is appended to it. To the second of the
   * variables the path is appended, as the standard says. Default: `http://localhost:4318/v1/logs` (`/v1/metrics`,
   * `/v1/traces`).
   */
  endpoint?: string | undefined
  /** The encoding: Protobuf or JSON. Default: `"binary"`. */
  protocol?: 'binary' | 'json' | undefined
  /**
   * Headers (gRPC: metadata) of each request: text that may hold `${VAR}`, `{ file = "path" }`, or `{ command =
   * ["program", "argument"], ttl_ms = 300000 }`. Default: none.
   */
  headers?: Readonly<Record<string, string | HeaderSource>> | undefined
  /**
   * A shell command (`sh -c`) that prints a JSON object of headers, which win over `headers`; for HTTP and gRPC. Run
   * when the agent starts, in the home directory with the environment of the agent, without its `OTEL_*`, `NODE_*` and
   * `GRPC_*` variables; once for all exporters that have the same one, again after
   * `headers_helper_refresh_interval_ms`, and once on 401. If it fails, there is one warning and nothing is sent until
   * it succeeds. Without a shell, for one header: `{ command = [...] }`. Default: none.
   */
  headers_helper?: string | undefined
  /** How long the headers of `headers_helper` are used. In milliseconds, from 1 to 86400000. Default: `300000`. */
  headers_helper_refresh_interval_ms?: number | undefined
  /** How requests are compressed. Default: `"none"`. */
  compression?: 'none' | 'gzip' | undefined
  /** How long one request may take. In milliseconds, from 1 to 600000. Default: `10000`. */
  timeout_ms?: number | undefined
  /** Certificates, for `https` endpoints. */
  tls?: ExporterTls | undefined
}

/** The table of the exporter `otlp-grpc`. */
export interface OtlpGrpcExporter {
  /** The URL of the collector; `http` means without TLS. Default: `http://localhost:4317`. */
  endpoint?: string | undefined
  /**
   * Headers (gRPC: metadata) of each request: text that may hold `${VAR}`, `{ file = "path" }`, or `{ command =
   * ["program", "argument"], ttl_ms = 300000 }`. Default: none.
   */
  headers?: Readonly<Record<string, string | HeaderSource>> | undefined
  /**
   * A shell command (`sh -c`) that prints a JSON object of headers, which win over `headers`; for HTTP and gRPC. Run
   * when the agent starts, in the home directory with the environment of the agent, without its `OTEL_*`, `NODE_*` and
   * `GRPC_*` variables; once for all exporters that have the same one, again after
   * `headers_helper_refresh_interval_ms`, and once on 401. If it fails, there is one warning and nothing is sent until
   * it succeeds. Without a shell, for one header: `{ command = [...] }`. Default: none.
   */
  headers_helper?: string | undefined
  /** How long the headers of `headers_helper` are used. In milliseconds, from 1 to 86400000. Default: `300000`. */
  headers_helper_refresh_interval_ms?: number | undefined
  /** How requests are compressed. Default: `"none"`. */
  compression?: 'none' | 'gzip' | undefined
  /** How long one request may take. In milliseconds, from 1 to 600000. Default: `10000`. */
  timeout_ms?: number | undefined
  /** Certificates, for `https` endpoints. */
  tls?: ExporterTls | undefined
}

/** The table of the exporter `file`. */
export interface FileExporter {
  /**
   * The file. A relative path is relative to the directory of `config.toml`; `~/` is the home directory, and `${VAR}` a
   * variable. Missing directories are made, for this user alone.
   */
  path: string
  /**
   * A file that would grow over this gets the time into its name, as in `events-20261129T142600123Z-001.jsonl`, and a
   * new one is begun. In bytes, from 1024 to 1099511627776. Default: `67108864`.
   */
  max_bytes?: number | undefined
  /**
   * How many files are kept, the current one included; the oldest goes first. In files, from 1 to 10000. Default: `5`.
   */
  max_files?: number | undefined
}

/** A header whose value comes from a file or from a program: one of the two. */
export interface HeaderSource {
  /** The value is what this file contains, without the white space around it; read again when it changes. */
  file?: string | undefined
  /**
   * The value is what this program prints. It is run without a shell, and again once on 401. `${VAR}` is replaced in
   * the program, not in its arguments.
   */
  command?: readonly string[] | undefined
  /** How long the program's answer is used. In milliseconds, from 1000 to 86400000. Default: `300000`. */
  ttl_ms?: number | undefined
}

/** Certificates: that to sign in with and its key are both there or both not. */
export interface ExporterTls {
  /** PEM file with the authorities that the collector's certificate is checked against. Default: the system's. */
  'ca-certificate'?: string | undefined
  /** Another spelling of `ca-certificate`. */
  ca_certificate?: string | undefined
  /** PEM file with the certificate to sign in with; needs `client-private-key`. */
  'client-certificate'?: string | undefined
  /** Another spelling of `client-certificate`. */
  client_certificate?: string | undefined
  /** PEM file with the key of that certificate. */
  'client-private-key'?: string | undefined
  /** Another spelling of `client-private-key`. */
  client_private_key?: string | undefined
}

/** What leaves the machine. */
export interface OtelContent {
  /**
   * The user's prompts. With `off` the attribute reads `[REDACTED]`, with `length` `[REDACTED length=12]`; the length
   * is always sent. Default: `off`, or `full` with `log_user_prompt = true`.
   */
  prompt?: 'full' | 'length' | 'off' | undefined
  /** What the model calls a tool with. Default: `"full"`. */
  tool_arguments?: 'full' | 'length' | 'off' | undefined
  /** What a tool answers. Default: `"full"`. */
  tool_output?: 'full' | 'length' | 'off' | undefined
  /** The texts of errors, which may quote what the model or the provider said. Default: `"full"`. */
  error_text?: 'full' | 'length' | 'off' | undefined
  /**
   * The model's final answers. With `off` there is no `codex.agent_response`; with `length` it has the length of the
   * answer, and `[REDACTED length=12]` in its place. Where `log_agent_responses` is there and `false`, only `off` is in
   * effect. Default: `off`, or `full` with `log_agent_responses = true`.
   */
  response?: 'full' | 'length' | 'off' | undefined
  /**
   * Texts that the agent adds to what Codex records: in [its own events](events.md#own-events) and in the attributes of
   * its sessions. What is withheld under a name such as `prompt` or `output` in other events is withheld under that
   * name there, too. Default: `"full"`.
   */
  own_events?: 'full' | 'length' | 'off' | undefined
  /** The signed-in user's e-mail address. Default: `"full"`. */
  email?: 'full' | 'hash' | 'length' | 'off' | undefined
  /** The signed-in user's account id. Default: `"full"`. */
  account_id?: 'full' | 'hash' | 'length' | 'off' | undefined
  /**
   * Replaces what looks like a secret in every text that comes from outside the program: keys of providers, clouds and
   * services, bearer tokens, PEM blocks, passwords in URLs, cookies, `KEY=...` assignments. Default: `true`.
   */
  scrub?: boolean | undefined
  /**
   * RE2 regular expressions for further secrets, with `(?i)` in front for any case; see [What
   * leaves](operating.md#what-leaves). A wrong one turns all export off. Default: none.
   */
  scrub_patterns?: readonly string[] | undefined
}

/** What is sent of a tool's output. */
export interface OtelToolResult {
  /**
   * How much of a tool's output is sent, in UTF-8. With 0 only the notice that it was cut is left. In bytes, from 0 to
   * 1048576. Default: `2048`.
   */
  max_bytes?: number | undefined
}

/** Data that waits for the next attempt. */
export interface OtelSpool {
  /** Keeps on disk what could not be delivered, and sends it later. Default: `true`. */
  enabled?: boolean | undefined
  /**
   * How large the spool may grow. Past it the oldest data goes first. In bytes, from 65536 to 1099511627776. Default:
   * `67108864`.
   */
  max_bytes?: number | undefined
  /** How long data is kept. Default: `"7d"`. */
  max_age?: string | undefined
}

/** How metrics are added up. */
export interface OtelMetrics {
  /** Whether a sum counts since the last export or since the start. Default: `"delta"`. */
  temporality?: 'delta' | 'cumulative' | undefined
}

/** Which traces are recorded, and what learns of them. */
export interface OtelTraces {
  /**
   * Which traces are recorded. `parentbased_` leaves it to the trace that the agent was started in, if there is one.
   * Log events and metrics are sent in any case; log events of a trace that is not recorded have its ids, too. Default:
   * `"parentbased_always_on"`.
   */
  sampler?:
    | 'always_on'
    | 'always_off'
    | 'traceidratio'
    | 'parentbased_always_on'
    | 'parentbased_always_off'
    | 'parentbased_traceidratio'
    | undefined
  /**
   * The share of traces that `traceidratio` and `parentbased_traceidratio` record: 0.1 is one in ten. From 0 to 1.
   * Default: `1`.
   */
  ratio?: number | undefined
  /**
   * What learns which trace it is part of: `commands` that tools run (`TRACEPARENT` and `TRACESTATE` in their
   * environment), `mcp` servers, the provider of the `model`. An empty list: nothing. Default: `["commands"]`.
   */
  propagate?: readonly ('commands' | 'mcp' | 'model')[] | undefined
  /**
   * Whether spans have texts: the prompt of a turn, and what a tool is called with and answers, each where
   * `[otel.content]` says `full` of it. Default: `false`.
   */
  content?: boolean | undefined
}
