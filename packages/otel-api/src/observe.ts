/** A request about to be sent: what `codex.api_request` says of it besides the answer. */
export interface ObservedRequest {
  /** From 0; counts the attempts of one request. */
  attempt: number
  /** Path below the provider's base URL, for example `/responses`. */
  endpoint: string
  /** The header that carries the credential, in lower case; absent when none is sent. */
  authHeaderName?: string | undefined
  /** This attempt follows a 401 that was recovered from. Default: `false`. */
  retryAfterUnauthorized?: boolean | undefined
  recoveryMode?: string | undefined
  recoveryPhase?: string | undefined
  /** Where it goes, for spans: a host name or an address, and a port. */
  serverAddress?: string | undefined
  serverPort?: number | undefined
  /**
   * The answer, or the error, of the attempt that this one repeats; where requests are made in parallel. Default: an attempt
   * after the first one, or after a 401, belongs to the session's latest request that has no answer to be streamed.
   */
  retryOf?: unknown
}

/** As much of a `Response` as is looked at. */
export interface ObservedResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** One server-sent event, as parsers give it. */
export interface ServerSentEvent {
  /** The event's name. Without one its kind is the `type` that the data carries, and without that `message`. */
  readonly event?: string | undefined
  readonly data: string
}

/**
 * How an API streams its responses: `responses` and `chat` (Chat Completions) as OpenAI's, `anthropic` as Anthropic's
 * Messages. With `none` each event is recorded, and nothing is read from it.
 */
export type StreamProtocolName = 'responses' | 'chat' | 'anthropic' | 'none'

export interface StreamOptions {
  /**
   * Default: by the first event that only one of the protocols has. A stream without such an event is recorded as with
   * `none`, but for an error that it brings.
   */
  protocol?: StreamProtocolName | undefined
  /** What `observeRequest` returned for it, where requests are made in parallel. Default: the session's latest answer that no stream was observed of. */
  response?: object | undefined
}

/** One text message of a WebSocket. */
export interface WebsocketMessage {
  /** JSON text; its `type` is the kind of the message. */
  readonly data: string
}

/** A tool call about to run. */
export interface ObservedTool {
  toolName: string
  /** `functions` (the default), or `mcp__<server>`. */
  toolNamespace?: string | undefined
  callId: string
  /** As the model wrote them: JSON text. */
  arguments: string
  mcpServer?: string | undefined
  mcpServerOrigin?: string | undefined
  /** What confines the call, for example `seccomp`; a tag of metrics. Default: `none`. */
  sandbox?: string | undefined
  /** Of the request to the MCP server, for spans. */
  mcp?: ObservedMcpCall | undefined
}

export interface ObservedMcpCall {
  sessionId?: string | undefined
  protocolVersion?: string | undefined
  /** Of JSON-RPC. */
  requestId?: string | number | undefined
  /** `pipe` for standard input and output, otherwise `tcp`. Default: by `mcpServerOrigin`. */
  transport?: 'pipe' | 'tcp' | undefined
}

/** What the user asks for. */
export interface ObservedTurn {
  /** As in `codex.user_prompt`. */
  prompt: string
}

/** What a tool gives back; a plain string is an output that succeeded. */
export interface ToolOutcome {
  readonly output: string
  /** `false` when the call was not run, was rejected, or its handler failed. Default: `true`. */
  readonly success?: boolean | undefined
  /** Of the process that it ran, for spans. */
  readonly exitCode?: number | undefined
  /** One of few words for what went wrong, for spans. Default: `tool_error` where it did not succeed. */
  readonly errorType?: string | undefined
}
