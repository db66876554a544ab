/**
 * The catalogue: every event that can be emitted, with its payload.
 *
 * A payload carries what only the caller knows. What is the same for a whole session (conversation id, model, sign-in,
 * the credentials found in the environment) is added to each event by the session. Optional fields that are left out,
 * `undefined` or `null` give no attribute; without one of the others an event is `invalid` and dropped. Texts are cut at
 * 64 KiB before they leave the calling thread.
 */
export interface CodexEvents {
  /** Once a conversation, and again when it is resumed; not once a turn. */
  'codex.conversation_starts': ConversationStarts
  /** What the user typed. Starts the clock of `codex.turn_ttft`. */
  'codex.user_prompt': UserPrompt
  /** One HTTP attempt to the model provider. `observeRequest` emits it. */
  'codex.api_request': ApiRequest
  /**
   * One event of a response, or what became of the stream. `observeSse`, `observeStream` and `observeWebsocket` emit it.
   * With `log_sse_deltas = false` those whose kind ends in `.delta`, `content_block_delta` and `chat.completion.chunk`
   * are not sent. An agent whose answers come in one piece, and not as a stream, emits their token counts itself.
   */
  'codex.sse_event': SseEvent
  /** An approval was decided. Not emitted where nothing had to be decided. */
  'codex.tool_decision': ToolDecision
  /** A tool call ended, whichever way. `observeTool` emits it. */
  'codex.tool_result': ToolResult
  /**
   * Time from the user's prompt to the first sign of an answer, once a turn. `observeSse`, `observeStream` and
   * `observeWebsocket` emit it.
   */
  'codex.turn_ttft': TurnTtft
  /** One phase of starting up. */
  'codex.startup_phase': StartupPhase
  /** What the operating system's sandbox did to a tool call. */
  'codex.sandbox_outcome': SandboxOutcome
  /** One step of recovering from a 401. */
  'codex.auth_recovery': AuthRecovery
  /** A WebSocket to the model provider was opened, or could not be. */
  'codex.websocket_connect': WebsocketConnect
  /** One request sent over an open WebSocket. */
  'codex.websocket_request': WebsocketRequest
  /**
   * The model gave a final answer: one for each complete message that the model marked as such, once an item and turn,
   * also when the turn fails afterwards. Sent only with `log_agent_responses = true`, or as
   * `response` of `[otel.content]` says.
   */
  'codex.agent_response': AgentResponse
  /** A skill was used, by the user's request or because the agent read it; not whether it was of any use. */
  'codex.skill_invocation': SkillInvocation
  /** A reviewer that approves for the user came to an end. Sent only with `log_guardian_assessments = true`. */
  'codex.guardian_assessment': GuardianAssessment
  /** What the provider says a turn cost, which it may say minutes after the turn. */
  'codex.turn_cost': TurnCost
}

/** The name of an event, as it goes over the wire. */
export type CodexEventName = keyof CodexEvents

export interface ConversationStarts {
  /** The provider's display name, for example `OpenAI`. */
  providerName: string
  /** Only when configured. */
  reasoningEffort?: string | undefined
  /** `auto`, `concise`, `detailed` or `none`. */
  reasoningSummary: string
  /** In tokens; only when configured. */
  contextWindow?: number | undefined
  /** In tokens; only when configured. */
  autoCompactTokenLimit?: number | undefined
  approvalPolicy: 'never' | 'on-request' | 'on-failure' | 'untrusted'
  sandboxPolicy: 'read-only' | 'workspace-write' | 'danger-full-access'
  /** Names of the MCP servers in use; an empty list is sent as an empty text. */
  mcpServers: readonly string[]
}

export interface UserPrompt {
  /**
   * Sent as `[REDACTED]` unless the configuration says `log_user_prompt = true`; the redaction happens on the calling
   * thread. Its length in Unicode code points is always sent.
   */
  prompt: string
}

export interface ApiRequest {
  /** Time until the response's head arrived, in milliseconds. */
  durationMs: number
  /** Absent when no answer came. */
  statusCode?: number | undefined
  /** `http 500` for an HTTP error, `error sending request` when no answer came. */
  errorMessage?: string | undefined
  /** From 0; counts the attempts of one request. */
  attempt: number
  /** Path of the endpoint below the provider's base URL, for example `/responses`. */
  endpoint: string
  /** Whether a credential was sent. */
  authHeaderAttached: boolean
  /** The header that carried it, in lower case; never its value. */
  authHeaderName?: string | undefined
  /** This attempt follows a 401 that was recovered from. */
  retryAfterUnauthorized: boolean
  /** How the credential behind a recovered attempt was recovered: always `managed`, also for tokens that a host hands in. */
  recoveryMode?: string | undefined
  /** The recovery step before this attempt: `reload` or `refresh_token`. */
  recoveryPhase?: string | undefined
  /** `x-request-id` of a 400 or 401 answer. */
  requestId?: string | undefined
  /** `cf-ray` of a 400 or 401 answer, sent as `auth.cf_ray`. */
  authCfRay?: string | undefined
  /** `cf-ray` of any answer, sent as `cf_ray`. */
  cfRay?: string | undefined
  /** The provider's reason for refusing the credential, for example `token_expired`. */
  authError?: string | undefined
}

/** The three things that a stream can tell. */
export type SseEvent = SseEventReceived | SseTokenUsage | SseStreamError

/** One event arrived, or, without `kind`, the stream was cut. */
export interface SseEventReceived {
  /** The event's type, for example `response.output_text.delta`. Absent when the stream was cut. */
  kind?: string | undefined
  /** Time since the event before, in milliseconds. */
  durationMs: number
  /** Why the event counts as failed: the raw data of `response.failed`, a parse error, or the error of the transport. */
  errorMessage?: string | undefined
}

/** The token counts that came with `response.completed`. */
export interface SseTokenUsage {
  kind: 'response.completed'
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  cacheWriteTokens: number
  reasoningTokens: number
  /** All tokens of the response; sent as `tool_token_count`. */
  totalTokens: number
  /** Time from the beginning of the stream to the response's first output, in milliseconds. */
  ttftMs?: number | undefined
  /** Only when configured. */
  reasoningEffort?: string | undefined
}

/** The stream ended without a complete response. */
export interface SseStreamError {
  kind: 'response.completed'
  errorMessage: string
}

/** What was decided about a tool call. */
export type Decision = 'approved' | 'approved_for_session' | 'approved_with_amendment' | 'denied' | 'abort'

/** Who decided. */
export type DecisionSource = 'Config' | 'User' | 'AutomatedReviewer'

export interface ToolDecision {
  toolName: string
  /** `functions` (the default), or `mcp__<server>`. */
  toolNamespace?: string | undefined
  callId: string
  decision: Decision
  source: DecisionSource
  /** The decision repeats an earlier answer: the user was not asked again, and `codex.approval.requested` does not count it. */
  remembered?: boolean | undefined
}

export interface ToolResult {
  toolName: string
  /** `functions` (the default), or `mcp__<server>`. */
  toolNamespace?: string | undefined
  callId: string
  durationMs: number
  /** `false` when the call was not run, was rejected, or its handler failed. A command that exits non-zero ran: `true`. */
  success: boolean
  /** As the model wrote them: JSON text. */
  arguments: string
  /** Cut at 2,048 bytes on the wire, or as `[otel.tool_result] max_bytes` says; `output_truncated` then says so. */
  output: string
  /** Name of the MCP server, if one ran the call. */
  mcpServer?: string | undefined
  /** How that server is reached, for example `stdio`. */
  mcpServerOrigin?: string | undefined
  /** What confined the call, for example `seccomp`; a tag of metrics, no attribute. Default: `none`. */
  sandbox?: string | undefined
}

export interface TurnTtft {
  durationMs: number
}

export interface StartupPhase {
  /** For example `thread_start_total`. */
  phase: string
  status?: 'ready' | 'failed' | undefined
  durationMs: number
}

export interface SandboxOutcome {
  toolName: string
  callId: string
  outcome: string
  /** Time until the sandbox stepped in, in milliseconds. */
  initialDurationMs: number
}

export interface AuthRecovery {
  /** Always `managed`, also for tokens that a host hands in. */
  mode: string
  /** `reload`, then `refresh_token`; with `recovery_not_run` the step taken last, as no other is left. */
  step: string
  /**
   * `recovery_succeeded`, `recovery_not_run` or `recovery_failed_permanent`. `recovery_failed_transient` in addition,
   * which the Codex CLI was not seen to send: the attempt failed for now, and the user need not sign in again.
   */
  outcome: string
  /** `x-request-id` of the 401 answer. */
  requestId?: string | undefined
  /** `cf-ray` of the 401 answer. */
  cfRay?: string | undefined
  /** The provider's reason, for example `token_expired`. */
  error?: string | undefined
  /** Whether the step changed the credential. */
  stateChanged?: boolean | undefined
  /** Why a recovery was not run: `not_chatgpt_auth`; absent when all its steps were taken before. */
  reason?: string | undefined
}

export interface WebsocketConnect {
  durationMs: number
  statusCode?: number | undefined
  success: boolean
  errorMessage?: string | undefined
  endpoint: string
  authHeaderAttached: boolean
  authHeaderName?: string | undefined
  retryAfterUnauthorized: boolean
  connectionReused: boolean
  /** The connection was opened again because the credential changed. */
  reauth: boolean
  requestId?: string | undefined
  authCfRay?: string | undefined
}

export interface WebsocketRequest {
  durationMs: number
  success: boolean
  errorMessage?: string | undefined
  connectionReused: boolean
}

export interface AgentResponse {
  /** Who answered: the agent that the user talks to, or one that it started. */
  agentType: 'main' | 'subagent'
  turnId: string
  /** Of the message, as the model gave it. */
  itemId: string
  /** The conversation that started the subagent. */
  parentConversationId?: string | undefined
  /** The turn that started this one. */
  parentTurnId?: string | undefined
  /** The turn of the user that all this belongs to; the turn itself for the main agent. */
  rootTurnId: string
  /** Which agent started the subagent. */
  initiatingAgentPath?: string | undefined
  /** Cut at 65,536 bytes, without a notice in the text; its length in bytes before the cut is sent beside it. */
  response: string
}

export interface SkillInvocation {
  turnId: string
  skillName: string
  /** Where the skill is kept. */
  skillScope?: 'user' | 'repo' | 'system' | 'admin' | undefined
  /** The plugin that brought the skill. */
  pluginId?: string | undefined
  /** `explicit`: the user named it; `implicit`: the agent took it up. */
  invocationType: 'explicit' | 'implicit'
}

export interface GuardianAssessment {
  reviewId: string
  turnId: string
  /** What was reviewed. */
  itemId?: string | undefined
  status: 'approved' | 'denied' | 'timed_out' | 'aborted'
  /** What the reviewer said; absent when the review failed, also where that counts as denied. */
  outcome?: 'allow' | 'deny' | undefined
  riskLevel?: 'low' | 'medium' | 'high' | 'critical' | undefined
  /** How clearly the user had asked for it. */
  userAuthorization?: 'unknown' | 'low' | 'medium' | 'high' | undefined
  /** In milliseconds since the epoch. */
  startedAtMs: number
  /** In milliseconds since the epoch. */
  completedAtMs: number
  /** Cut at 65,536 bytes, without a notice in the text; its length in bytes before the cut is sent beside it. */
  rationale?: string | undefined
}

export interface TurnCost {
  turnId: string
  /** Decimal digits with an optional fraction, for example `0.0125`: a text, so that no money is lost in rounding. */
  estimatedUsd: string
  /** The turn was ended before it was complete. */
  interrupted: boolean
  /** The provider's name of the speed, for example `standard`. */
  speed?: string | undefined
  /** The reasoning effort of the turn. */
  reasoningEffort?: string | undefined
}
