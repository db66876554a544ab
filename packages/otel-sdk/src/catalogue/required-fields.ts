import type { CodexEventName, CodexEvents } from '@codex/otel-api'

type RequiredField<Payload> = keyof {
  [Field in keyof Payload as undefined extends Payload[Field] ? never : Field]: true
}

/** Of each event, the fields without which a payload is invalid: those that are not optional in every form of it. */
export const REQUIRED_FIELDS: {
  readonly [Name in CodexEventName]: { readonly [Field in RequiredField<CodexEvents[Name]>]: true }
} = {
  'codex.conversation_starts': {
    providerName: true,
    reasoningSummary: true,
    approvalPolicy: true,
    sandboxPolicy: true,
    mcpServers: true,
  },
  'codex.user_prompt': { prompt: true },
  'codex.api_request': {
    durationMs: true,
    attempt: true,
    endpoint: true,
    authHeaderAttached: true,
    retryAfterUnauthorized: true,
  },
  'codex.sse_event': {},
  'codex.tool_decision': { toolName: true, callId: true, decision: true, source: true },
  'codex.tool_result': { toolName: true, callId: true, durationMs: true, success: true, arguments: true, output: true },
  'codex.turn_ttft': { durationMs: true },
  'codex.startup_phase': { phase: true, durationMs: true },
  'codex.sandbox_outcome': { toolName: true, callId: true, outcome: true, initialDurationMs: true },
  'codex.auth_recovery': { mode: true, step: true, outcome: true },
  'codex.websocket_connect': {
    durationMs: true,
    success: true,
    endpoint: true,
    authHeaderAttached: true,
    retryAfterUnauthorized: true,
    connectionReused: true,
    reauth: true,
  },
  'codex.websocket_request': { durationMs: true, success: true, connectionReused: true },
  'codex.agent_response': { agentType: true, turnId: true, itemId: true, rootTurnId: true, response: true },
  'codex.skill_invocation': { turnId: true, skillName: true, invocationType: true },
  'codex.guardian_assessment': { reviewId: true, turnId: true, status: true, startedAtMs: true, completedAtMs: true },
  'codex.turn_cost': { turnId: true, estimatedUsd: true, interrupted: true },
}
