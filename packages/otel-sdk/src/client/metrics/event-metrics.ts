import type { CodexEventName, CodexEvents, CodexMetricName } from '@codex/otel-api'
import { wholeNumber } from '../../catalogue/whole-number.ts'
import type { MetricPair, MetricScope } from './metric-registry.ts'

/** What the tags depend on besides the event. */
export interface EventFacts {
  /** Of the conversation's latest `codex.conversation_starts`. */
  readonly sandboxPolicy: string | undefined
  readonly workspace: { readonly isGit?: boolean | undefined; readonly isWorktree?: boolean | undefined } | undefined
}

interface EventMetric<Payload> extends MetricPair {
  /** Counts the events. */
  readonly counter?: CodexMetricName
  /** What one event adds to the counter; nothing where it is no number. Default: 1. */
  amount?(payload: Payload): number | undefined
  /** Takes their `durationMs`. */
  readonly duration?: CodexMetricName
  /** Which events count. Default: all. */
  when?(payload: Payload): boolean
  /** The values of the keys; one that is absent is sent as `unknown`. */
  values(payload: Payload, facts: EventFacts): readonly unknown[]
}

const NO_VALUES: readonly unknown[] = []

/** Which event gives which metrics. Two are measured elsewhere, where they happen: the turn, and its first message. */
export const EVENT_METRICS: { readonly [Name in CodexEventName]?: readonly EventMetric<CodexEvents[Name]>[] } = {
  'codex.conversation_starts': [
    {
      counter: 'codex.thread.started',
      keys: ['is_git', 'is_worktree'],
      values: (_, { workspace }) => [workspace?.isGit, workspace?.isWorktree],
    },
  ],
  'codex.user_prompt': [{ counter: 'codex.conversation.turn.count', keys: [], values: () => NO_VALUES }],
  'codex.api_request': [
    {
      counter: 'codex.api_request',
      duration: 'codex.api_request.duration_ms',
      keys: ['status', 'success'],
      values: ({ statusCode, errorMessage }) => [
        statusCode ?? 'none',
        statusCode !== undefined && statusCode >= 200 && statusCode < 300 && errorMessage === undefined,
      ],
    },
  ],
  'codex.sse_event': [
    {
      counter: 'codex.sse_event',
      duration: 'codex.sse_event.duration_ms',
      when: payload => wholeNumber((payload as { durationMs?: unknown }).durationMs) !== undefined,
      keys: ['kind', 'success'],
      values: payload => [payload.kind, !('errorMessage' in payload) || payload.errorMessage === undefined],
    },
  ],
  'codex.tool_decision': [
    {
      counter: 'codex.approval.requested',
      // Codex names the tool behind `exec_command` differently where it asks for approval.
      when: ({ source, remembered }) => source !== 'Config' && remembered !== true,
      keys: ['approved', 'tool'],
      values: ({ decision, toolName }) => [decision, toolName === 'exec_command' ? 'unified_exec' : toolName],
    },
  ],
  'codex.tool_result': [
    {
      counter: 'codex.tool.call',
      duration: 'codex.tool.call.duration_ms',
      keys: ['sandbox', 'sandbox_policy', 'success', 'tool'],
      values: ({ toolName, success, sandbox }, { sandboxPolicy }) => [
        sandbox ?? 'none',
        sandboxPolicy,
        Boolean(success),
        toolName,
      ],
    },
    {
      counter: 'codex.mcp.call',
      duration: 'codex.mcp.call.duration_ms',
      when: ({ mcpServer }) => mcpServer !== undefined && mcpServer !== '',
      keys: ['server', 'status', 'tool'],
      values: ({ mcpServer, toolName, success }) => [mcpServer, success ? 'ok' : 'error', toolName],
    },
  ],
  'codex.turn_ttft': [{ duration: 'codex.turn.ttft.duration_ms', keys: [], values: () => NO_VALUES }],
  'codex.startup_phase': [
    {
      duration: 'codex.startup.phase.duration_ms',
      keys: ['phase', 'status'],
      values: ({ phase, status }) => [phase, status],
    },
  ],
  'codex.websocket_connect': [
    {
      counter: 'codex.websocket.connect',
      duration: 'codex.websocket.connect.duration_ms',
      keys: ['reauth', 'success'],
      values: ({ reauth, success }) => [Boolean(reauth), Boolean(success)],
    },
  ],
  'codex.websocket_request': [
    {
      counter: 'codex.websocket.request',
      duration: 'codex.websocket.request.duration_ms',
      keys: ['success'],
      values: ({ success }) => [Boolean(success)],
    },
  ],
  'codex.turn_cost': [
    {
      counter: 'codex.turn.cost_microusd',
      amount: ({ estimatedUsd }) => microUsd(estimatedUsd),
      keys: ['reasoning_effort', 'speed', 'turn.interrupted'],
      values: ({ reasoningEffort, speed, interrupted }) => [reasoningEffort, speed, Boolean(interrupted)],
    },
  ],
}

/** A longer price is a mistake, and would take time to read. */
const MAX_PRICE_LENGTH = 1024

/** The exponent moves the point without the rounding of a multiplication. */
function microUsd(usd: string | number): number | undefined {
  if (typeof usd !== 'number' && (typeof usd !== 'string' || usd.length > MAX_PRICE_LENGTH)) return undefined
  if (!/^\d+(\.\d+)?$/.test(String(usd))) return undefined
  const amount = Math.round(Number(`${usd}e6`))
  return Number.isSafeInteger(amount) ? amount : undefined
}

/** Records the metrics of one event. */
export function recordEvent<Name extends CodexEventName>(
  scope: MetricScope,
  name: Name,
  payload: CodexEvents[Name],
  facts: EventFacts,
): void {
  const metrics = EVENT_METRICS[name]
  if (!Array.isArray(metrics)) return
  for (const metric of metrics) {
    if (metric.when !== undefined && !metric.when(payload)) continue
    const durationMs =
      metric.duration === undefined ? undefined : wholeNumber((payload as { durationMs?: unknown }).durationMs)
    const amount = metric.amount === undefined ? 1 : metric.amount(payload)
    if (amount === undefined) continue
    scope.recordPair(metric, metric.values(payload, facts), durationMs, amount)
  }
}
