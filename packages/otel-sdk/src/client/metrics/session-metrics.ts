import type { CodexEventName, CodexEvents, SessionOptions, SseTokenUsage } from '@codex/otel-api'
import type { SessionTag } from '../../catalogue/session-attributes.ts'
import type { Conversation } from '../session/conversation.ts'
import { recordEvent } from './event-metrics.ts'
import type { MetricPair, MetricRegistry, MetricScope } from './metric-registry.ts'
import { isTokenUsage } from './token-counts.ts'
import { type OpenTurns, recordUsage, startTurn } from './turn.ts'

/** Where the metrics of sessions go, when they are exported. */
export interface MetricTarget {
  readonly registry: MetricRegistry
  readonly openTurns: OpenTurns
  /** Called for each event that could not be measured because of `problem`. */
  onInvalidEvent(name: unknown, problem: string): void
}

/** The metrics that a session records by itself. */
export interface SessionMetrics {
  /** For what the application records; `undefined` when metrics are not exported. */
  readonly scope: MetricScope | undefined
  event<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]): void
  /** The turn's first complete message. */
  firstMessage(durationMs: number): void
  /** One message of the provider over a WebSocket. */
  websocketMessage(kind: string, success: boolean, durationMs: number): void
  /** Starts a turn. The returned function ends it. Both take readings of `performance.now()`. */
  startTurn(started: number): (endedAt: number) => void
}

const WEBSOCKET_MESSAGE: MetricPair = {
  counter: 'codex.websocket.event',
  duration: 'codex.websocket.event.duration_ms',
  keys: ['kind', 'success'],
}

export function createSessionMetrics(
  target: MetricTarget | undefined,
  options: SessionOptions,
  appVersion: string,
  conversation: Conversation,
): SessionMetrics {
  const scope = target?.registry.scope(options.metricTags === false ? {} : sessionTags(options, appVersion))
  return {
    scope,
    event(name, payload) {
      conversation.totals.add(name, payload)
      if (name === 'codex.conversation_starts') {
        conversation.sandboxPolicy = (payload as CodexEvents['codex.conversation_starts']).sandboxPolicy
      }
      if (scope === undefined) return
      recordEvent(scope, name, payload, { sandboxPolicy: conversation.sandboxPolicy, workspace: options.workspace })
      const turn = conversation.turns.at(-1)
      if (name === 'codex.tool_result' && turn !== undefined) turn.toolCalls++
      if (name === 'codex.sse_event' && isTokenUsage(payload as CodexEvents['codex.sse_event'])) {
        if (turn === undefined) recordUsage(scope, payload as SseTokenUsage)
        else turn.addUsage(scope, payload as SseTokenUsage)
      }
    },
    firstMessage(durationMs) {
      scope?.recordOwn('duration', 'codex.turn.ttfm.duration_ms', Math.trunc(durationMs))
    },
    websocketMessage(kind, success, durationMs) {
      scope?.recordPair(WEBSOCKET_MESSAGE, [kind, success], Math.trunc(durationMs))
    },
    startTurn(started) {
      if (scope === undefined || target === undefined) return () => {}
      const { turns } = conversation
      const turn = startTurn(scope, {
        started,
        open: target.openTurns,
        onEnd: () => void turns.splice(turns.indexOf(turn), 1),
      })
      turns.push(turn)
      return turn.end
    },
  }
}

/** Never a conversation, an account or an e-mail address: a series for each of them would bring any backend down. */
function sessionTags(options: SessionOptions, appVersion: string): Readonly<Partial<Record<SessionTag, unknown>>> {
  const { auth, sessionSource } = options
  return {
    'app.version': appVersion,
    ...(auth === undefined ? {} : { auth_mode: auth.mode }),
    model: options.model,
    originator: options.originator,
    ...(sessionSource === undefined ? {} : { session_source: sessionSource }),
  }
}
