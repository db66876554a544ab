import type { CodexEventName, CodexEvents } from '@codex/otel-api'
import type { TextField } from '../content/policy.ts'
import {
  RESPONSE_LIMIT,
  TEXT_LIMIT,
  type TextLimit,
  TOOL_OUTPUT_LIMIT,
  toolOutputLimit,
} from '../content/text-limits.ts'
import { REQUIRED_FIELDS } from './required-fields.ts'

/**
 * How a field of a payload becomes an attribute on the wire. Names and types are the Codex CLI's, so that dashboards
 * made for it work unchanged; that is why some counts and durations are texts.
 */
export type Column =
  /** A name or a code, which the model or a server may have chosen: scrubbed; `absent` is sent where the payload has none. */
  | { attribute: string; type: 'text'; absent?: string }
  /**
   * Free text that may hold anything: scrubbed, cut, and subject to the content policy under `content`. `truncated`
   * names the attribute that says whether it was cut.
   */
  | { attribute: string; type: 'free-text'; content: TextField; truncated?: string }
  /** Whole number, sent as an integer. */
  | { attribute: string; type: 'int' }
  /** Whole number, sent as a text: the original formats it before it sends it. */
  | { attribute: string; type: 'int-text' }
  | { attribute: string; type: 'bool' }
  /** `true` or `false`, sent as a text. */
  | { attribute: string; type: 'bool-text' }
  /** Names, joined by commas and scrubbed; an empty text for none. */
  | { attribute: string; type: 'list' }

/** How much of each kind of free text is sent. */
export const LIMITS: Readonly<Record<TextField, TextLimit>> = {
  prompt: TEXT_LIMIT,
  toolArguments: TEXT_LIMIT,
  toolOutput: TOOL_OUTPUT_LIMIT,
  errorText: TEXT_LIMIT,
  agentResponse: RESPONSE_LIMIT,
  guardianRationale: RESPONSE_LIMIT,
  ownEvents: TEXT_LIMIT,
}

/** The limit of one kind of text; that of a tool's output is the operator's. */
export function textLimit(field: TextField, toolOutputBytes: number): TextLimit {
  return field === 'toolOutput' ? toolOutputLimit(toolOutputBytes) : LIMITS[field]
}

/** What the session knows and adds to the payload that the caller gave. */
export interface SessionFields {
  'codex.user_prompt': { promptLength: number }
  'codex.tool_result': { sequence: number }
  'codex.agent_response': { responseLength: number }
  'codex.guardian_assessment': { rationaleLength?: number | undefined }
}

/** What is recorded of an event: the caller's payload, and what the session adds to it. */
export type Recorded<Name extends CodexEventName> = CodexEvents[Name] &
  (Name extends keyof SessionFields ? SessionFields[Name] : unknown)

/** Fields that are told by metrics alone. */
export const METRIC_FIELDS = ['remembered', 'sandbox'] as const
type MetricField = (typeof METRIC_FIELDS)[number]

type FieldOf<Payload> = Payload extends unknown ? keyof Payload : never

type Row<Name extends CodexEventName> = {
  /** Whether `auth.env_*` goes with it. */
  authEnvironment?: true
  /** The attributes of the session that go with it, where not all do. */
  common?: readonly string[]
  /** The event is about this text: where the text is not exported, neither is the event. */
  about?: TextField
  columns: { [Field in Exclude<FieldOf<Recorded<Name>>, MetricField>]: Column }
}

const text = (attribute: string, absent?: string): Column =>
  absent === undefined ? { attribute, type: 'text' } : { attribute, type: 'text', absent }
const freeText = (attribute: string, content: TextField) => ({ attribute, type: 'free-text' as const, content })
const int = (attribute: string): Column => ({ attribute, type: 'int' })
const intText = (attribute: string): Column => ({ attribute, type: 'int-text' })
const bool = (attribute: string): Column => ({ attribute, type: 'bool' })
const boolText = (attribute: string): Column => ({ attribute, type: 'bool-text' })
const list = (attribute: string): Column => ({ attribute, type: 'list' })

const durationMs = intText('duration_ms')
const errorMessage = freeText('error.message', 'errorText')
const toolCall = {
  toolName: text('tool_name'),
  toolNamespace: text('tool_namespace', 'functions'),
  callId: text('call_id'),
}
const authHeader = {
  authHeaderAttached: bool('auth.header_attached'),
  authHeaderName: text('auth.header_name'),
  retryAfterUnauthorized: bool('auth.retry_after_unauthorized'),
}
const authAnswer = { requestId: text('auth.request_id'), authCfRay: text('auth.cf_ray') }

const turnId = text('turn.id')
const itemId = text('item.id')

/** Every event, and which of its fields becomes which attribute. A missing event or field does not compile. */
export const EVENT_TABLE: { readonly [Name in CodexEventName]: Row<Name> } = {
  'codex.conversation_starts': {
    authEnvironment: true,
    columns: {
      providerName: text('provider_name'),
      reasoningEffort: text('reasoning_effort'),
      reasoningSummary: text('reasoning_summary'),
      contextWindow: int('context_window'),
      autoCompactTokenLimit: int('auto_compact_token_limit'),
      approvalPolicy: text('approval_policy'),
      sandboxPolicy: text('sandbox_policy'),
      mcpServers: list('mcp_servers'),
    },
  },
  'codex.user_prompt': {
    columns: { promptLength: intText('prompt_length'), prompt: freeText('prompt', 'prompt') },
  },
  'codex.api_request': {
    authEnvironment: true,
    columns: {
      durationMs,
      statusCode: int('http.response.status_code'),
      errorMessage,
      attempt: int('attempt'),
      ...authHeader,
      recoveryMode: text('auth.recovery_mode'),
      recoveryPhase: text('auth.recovery_phase'),
      endpoint: text('endpoint'),
      ...authAnswer,
      cfRay: text('cf_ray'),
      authError: text('auth.error'),
    },
  },
  'codex.sse_event': {
    columns: {
      kind: text('event.kind'),
      durationMs,
      errorMessage,
      inputTokens: intText('input_token_count'),
      outputTokens: intText('output_token_count'),
      cachedTokens: int('cached_token_count'),
      cacheWriteTokens: int('cache_write_token_count'),
      reasoningTokens: int('reasoning_token_count'),
      totalTokens: intText('tool_token_count'),
      ttftMs: int('ttft_ms'),
      reasoningEffort: text('model_reasoning_effort'),
    },
  },
  'codex.tool_decision': {
    columns: { ...toolCall, decision: text('decision'), source: text('source') },
  },
  'codex.tool_result': {
    columns: {
      sequence: int('tool_result_seq'),
      ...toolCall,
      durationMs,
      success: boolText('success'),
      arguments: freeText('arguments', 'toolArguments'),
      output: { ...freeText('output', 'toolOutput'), truncated: 'output_truncated' },
      mcpServer: text('mcp_server', ''),
      mcpServerOrigin: text('mcp_server_origin', ''),
    },
  },
  'codex.turn_ttft': { columns: { durationMs } },
  'codex.startup_phase': {
    columns: { phase: text('startup.phase'), status: text('startup.status'), durationMs },
  },
  'codex.sandbox_outcome': {
    columns: {
      toolName: toolCall.toolName,
      callId: toolCall.callId,
      outcome: text('outcome'),
      initialDurationMs: int('initial_duration_ms'),
    },
  },
  'codex.auth_recovery': {
    columns: {
      mode: text('auth.mode'),
      step: text('auth.step'),
      outcome: text('auth.outcome'),
      requestId: text('auth.request_id'),
      cfRay: text('auth.cf_ray'),
      error: text('auth.error'),
      stateChanged: bool('auth.state_changed'),
      reason: text('auth.recovery_reason'),
    },
  },
  'codex.websocket_connect': {
    authEnvironment: true,
    columns: {
      durationMs,
      statusCode: int('http.response.status_code'),
      success: boolText('success'),
      errorMessage,
      ...authHeader,
      endpoint: text('endpoint'),
      connectionReused: bool('auth.connection_reused'),
      reauth: bool('auth.reauth'),
      ...authAnswer,
    },
  },
  'codex.websocket_request': {
    authEnvironment: true,
    columns: {
      durationMs,
      success: boolText('success'),
      errorMessage,
      connectionReused: bool('auth.connection_reused'),
    },
  },
  'codex.agent_response': {
    about: 'agentResponse',
    columns: {
      agentType: text('agent.type'),
      turnId,
      itemId,
      parentConversationId: text('parent.conversation.id'),
      parentTurnId: text('parent.turn.id'),
      rootTurnId: text('root.turn.id'),
      initiatingAgentPath: text('initiating.agent.path'),
      response: { ...freeText('response', 'agentResponse'), truncated: 'response_truncated' },
      responseLength: int('response_length'),
    },
  },
  'codex.skill_invocation': {
    common: ['conversation.id', 'user.account_id', 'model', 'app.version', 'originator', 'auth_mode'],
    columns: {
      turnId,
      skillName: text('skill.name'),
      skillScope: text('skill.scope'),
      pluginId: text('skill.plugin_id'),
      invocationType: text('skill.invocation_type'),
    },
  },
  'codex.guardian_assessment': {
    about: 'guardianRationale',
    columns: {
      reviewId: text('review.id'),
      turnId,
      itemId,
      status: text('status'),
      outcome: text('outcome'),
      riskLevel: text('risk_level'),
      userAuthorization: text('user_authorization'),
      startedAtMs: int('started_at_ms'),
      completedAtMs: int('completed_at_ms'),
      rationale: { ...freeText('rationale', 'guardianRationale'), truncated: 'rationale_truncated' },
      rationaleLength: int('rationale_length'),
    },
  },
  'codex.turn_cost': {
    columns: {
      turnId,
      estimatedUsd: text('usage.estimated_usd'),
      interrupted: bool('turn.interrupted'),
      speed: text('speed'),
      reasoningEffort: text('reasoning_effort'),
    },
  },
}

/** A row as both threads use it: the columns in their order, and the number that stands for the event between them. */
export interface CompiledRow {
  readonly id: number
  readonly name: CodexEventName
  readonly authEnvironment: boolean
  readonly common: readonly string[] | undefined
  readonly about: TextField | undefined
  readonly fields: readonly string[]
  readonly columns: readonly Column[]
  /** The index of each field's column. */
  readonly columnOf: ReadonlyMap<string, number>
  /** The columns without which an event is invalid. */
  readonly required: readonly number[]
}

const names = Object.keys(EVENT_TABLE) as CodexEventName[]

/** The table by number: the same on both threads, because both are built from this file. */
export const ROWS: readonly CompiledRow[] = names.map((name, id) => {
  const row = EVENT_TABLE[name]
  const fields = Object.keys(row.columns)
  return {
    id,
    name,
    authEnvironment: row.authEnvironment === true,
    common: row.common,
    about: row.about,
    fields,
    columns: Object.values(row.columns),
    columnOf: new Map(fields.map((field, i) => [field, i])),
    required: [...fields.keys()].filter(i => Object.hasOwn(REQUIRED_FIELDS[name], fields[i] as string)),
  }
})

/** The table by name. */
export const ROW_BY_NAME: ReadonlyMap<string, CompiledRow> = new Map(ROWS.map(row => [row.name, row]))
