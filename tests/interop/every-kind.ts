import type { CodexEventName, CodexEvents } from '@codex/otel-api'
import type { WireAttributes } from './independent-receiver.ts'

/** One event: what the application says, and what of it must stand in the record. */
interface Example<Name extends CodexEventName> {
  payload: CodexEvents[Name]
  /** Written by hand from the contract, not from the event table. */
  attributes: WireAttributes
}

const text = (value: string) => ['stringValue', value] as const
const int = (value: number) => ['intValue', value] as const
const bool = (value: boolean) => ['boolValue', value] as const

/** An event of each kind there is; one that is missing does not compile. */
export const EVERY_KIND: { readonly [Name in CodexEventName]: Example<Name> } = {
  'codex.conversation_starts': {
    payload: {
      providerName: 'OpenAI',
      reasoningSummary: 'auto',
      contextWindow: 100_000,
      approvalPolicy: 'on-request',
      sandboxPolicy: 'workspace-write',
      mcpServers: ['files', 'search'],
    },
    attributes: {
      provider_name: text('OpenAI'),
      reasoning_summary: text('auto'),
      context_window: int(100_000),
      approval_policy: text('on-request'),
      sandbox_policy: text('workspace-write'),
      mcp_servers: text('files, search'),
      'auth.env_openai_api_key_present': bool(false),
      'auth.env_provider_key_name': text('configured'),
      'auth.env_provider_key_present': bool(true),
    },
  },
  'codex.user_prompt': {
    payload: { prompt: 'Grüße 🙂' },
    attributes: { prompt_length: text('7'), prompt: text('[REDACTED]') },
  },
  'codex.api_request': {
    payload: {
      durationMs: 9,
      statusCode: 500,
      errorMessage: 'http 500',
      attempt: 1,
      endpoint: '/responses',
      authHeaderAttached: true,
      authHeaderName: 'authorization',
      retryAfterUnauthorized: false,
    },
    attributes: {
      duration_ms: text('9'),
      'http.response.status_code': int(500),
      'error.message': text('http 500'),
      attempt: int(1),
      endpoint: text('/responses'),
      'auth.header_attached': bool(true),
      'auth.header_name': text('authorization'),
      'auth.retry_after_unauthorized': bool(false),
      'auth.env_openai_api_key_present': bool(false),
    },
  },
  'codex.sse_event': {
    payload: {
      kind: 'response.completed',
      inputTokens: 1234,
      outputTokens: 56,
      cachedTokens: 1000,
      cacheWriteTokens: 0,
      reasoningTokens: 16,
      totalTokens: 1290,
      ttftMs: 8,
    },
    attributes: {
      'event.kind': text('response.completed'),
      input_token_count: text('1234'),
      output_token_count: text('56'),
      cached_token_count: int(1000),
      cache_write_token_count: int(0),
      reasoning_token_count: int(16),
      tool_token_count: text('1290'),
      ttft_ms: int(8),
    },
  },
  'codex.tool_decision': {
    payload: { toolName: 'exec_command', callId: 'call_1', decision: 'approved_for_session', source: 'User' },
    attributes: {
      tool_name: text('exec_command'),
      tool_namespace: text('functions'),
      call_id: text('call_1'),
      decision: text('approved_for_session'),
      source: text('User'),
    },
  },
  'codex.tool_result': {
    payload: {
      toolName: 'exec_command',
      callId: 'call_1',
      durationMs: 19,
      success: true,
      arguments: '{"cmd":"ls"}',
      output: 'naïve.txt\n',
    },
    attributes: {
      tool_result_seq: int(1),
      duration_ms: text('19'),
      success: text('true'),
      output_truncated: bool(false),
      arguments: text('{"cmd":"ls"}'),
      output: text('naïve.txt\n'),
      mcp_server: text(''),
      mcp_server_origin: text(''),
    },
  },
  'codex.turn_ttft': { payload: { durationMs: 86 }, attributes: { duration_ms: text('86') } },
  'codex.startup_phase': {
    payload: { phase: 'thread_start_total', status: 'ready', durationMs: 20 },
    attributes: {
      'startup.phase': text('thread_start_total'),
      'startup.status': text('ready'),
      duration_ms: text('20'),
    },
  },
  'codex.sandbox_outcome': {
    payload: { toolName: 'exec_command', callId: 'call_1', outcome: 'denied', initialDurationMs: 62 },
    attributes: { tool_name: text('exec_command'), outcome: text('denied'), initial_duration_ms: int(62) },
  },
  'codex.auth_recovery': {
    payload: {
      mode: 'managed',
      step: 'reload',
      outcome: 'recovery_not_run',
      requestId: 'req_401',
      cfRay: 'ray401-SJC',
      stateChanged: false,
      reason: 'not_chatgpt_auth',
    },
    attributes: {
      'auth.mode': text('managed'),
      'auth.step': text('reload'),
      'auth.outcome': text('recovery_not_run'),
      'auth.request_id': text('req_401'),
      'auth.cf_ray': text('ray401-SJC'),
      'auth.state_changed': bool(false),
      'auth.recovery_reason': text('not_chatgpt_auth'),
    },
  },
  'codex.websocket_connect': {
    payload: {
      durationMs: 11,
      statusCode: 426,
      success: false,
      errorMessage: 'http 426',
      endpoint: '/responses',
      authHeaderAttached: true,
      authHeaderName: 'authorization',
      retryAfterUnauthorized: false,
      connectionReused: false,
      reauth: false,
    },
    attributes: {
      success: text('false'),
      'http.response.status_code': int(426),
      'error.message': text('http 426'),
      'auth.connection_reused': bool(false),
      'auth.reauth': bool(false),
      'auth.env_openai_api_key_present': bool(false),
    },
  },
  'codex.websocket_request': {
    payload: { durationMs: 0, success: true, connectionReused: true },
    attributes: { duration_ms: text('0'), success: text('true'), 'auth.connection_reused': bool(true) },
  },
  'codex.agent_response': {
    payload: {
      agentType: 'subagent',
      turnId: 'turn_2',
      itemId: 'msg_1',
      parentConversationId: '01a20491-0000-7893-8dfd-738a44e42f8c',
      parentTurnId: 'turn_1',
      rootTurnId: 'turn_0',
      initiatingAgentPath: '/root/reader',
      response: 'Zweiundvierzig, übrigens.',
    },
    attributes: {
      'agent.type': text('subagent'),
      'turn.id': text('turn_2'),
      'item.id': text('msg_1'),
      'parent.conversation.id': text('01a20491-0000-7893-8dfd-738a44e42f8c'),
      'parent.turn.id': text('turn_1'),
      'root.turn.id': text('turn_0'),
      'initiating.agent.path': text('/root/reader'),
      response: text('Zweiundvierzig, übrigens.'),
      response_length: int(26),
      response_truncated: bool(false),
    },
  },
  'codex.skill_invocation': {
    payload: {
      turnId: 'turn_1',
      skillName: 'greet',
      skillScope: 'user',
      pluginId: 'sample@here',
      invocationType: 'explicit',
    },
    attributes: {
      'turn.id': text('turn_1'),
      'skill.name': text('greet'),
      'skill.scope': text('user'),
      'skill.plugin_id': text('sample@here'),
      'skill.invocation_type': text('explicit'),
    },
  },
  'codex.guardian_assessment': {
    payload: {
      reviewId: 'review_1',
      turnId: 'turn_1',
      itemId: 'call_1',
      status: 'denied',
      outcome: 'deny',
      riskLevel: 'high',
      userAuthorization: 'low',
      startedAtMs: 1_795_878_346_000,
      completedAtMs: 1_795_878_347_250,
      rationale: 'It deletes what nobody asked to delete.',
    },
    attributes: {
      'review.id': text('review_1'),
      'turn.id': text('turn_1'),
      'item.id': text('call_1'),
      status: text('denied'),
      outcome: text('deny'),
      risk_level: text('high'),
      user_authorization: text('low'),
      started_at_ms: int(1_795_878_346_000),
      completed_at_ms: int(1_795_878_347_250),
      rationale: text('It deletes what nobody asked to delete.'),
      rationale_length: int(39),
      rationale_truncated: bool(false),
    },
  },
  'codex.turn_cost': {
    payload: {
      turnId: 'turn_1',
      estimatedUsd: '0.012500',
      interrupted: false,
      speed: 'standard',
      reasoningEffort: 'high',
    },
    attributes: {
      'turn.id': text('turn_1'),
      'usage.estimated_usd': text('0.012500'),
      'turn.interrupted': bool(false),
      speed: text('standard'),
      reasoning_effort: text('high'),
    },
  },
}
