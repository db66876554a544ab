import type { CodexMetricName } from '@codex/otel-api'
import type { InstrumentKind } from './instrument.ts'

/** One row of the metric reference. */
export interface MetricEntry {
  readonly kind: InstrumentKind
  /** Besides the session's. */
  readonly tags: readonly string[]
  /** Whether the session's tags go with it. */
  readonly sessionTags: boolean
  /** One for each of what, and what it equals in the events. */
  readonly doc: string
}

const count = (tags: readonly string[], doc: string): MetricEntry => ({ kind: 'counter', tags, sessionTags: true, doc })
const time = (tags: readonly string[], doc: string): MetricEntry => ({ kind: 'duration', tags, sessionTags: true, doc })
const values = (tags: readonly string[], doc: string): MetricEntry => ({
  kind: 'histogram',
  tags,
  sessionTags: true,
  doc,
})

const request = ['status', 'success']
const stream = ['kind', 'success']
const socket = ['reauth', 'success']
const tool = ['sandbox', 'sandbox_policy', 'success', 'tool']
const mcp = ['server', 'status', 'tool']

/** Every metric, by the names, kinds and tags of the Codex CLI. */
export const METRICS: { readonly [Name in CodexMetricName]: MetricEntry } = {
  'codex.api_request': count(
    request,
    'HTTP attempts: the events `codex.api_request`. `status` is `none` when no answer came.',
  ),
  'codex.api_request.duration_ms': time(request, 'Until the head of the answer: `duration_ms` of those events.'),
  'codex.sse_event': count(
    stream,
    'Server-sent events: the events `codex.sse_event` that carry `duration_ms`. `kind` is `unknown` when the stream was cut.',
  ),
  'codex.sse_event.duration_ms': time(stream, 'Since the event before: `duration_ms` of those events.'),
  'codex.websocket.request': count(['success'], 'Requests over WebSockets: the events `codex.websocket_request`.'),
  'codex.websocket.request.duration_ms': time(['success'], '`duration_ms` of those events.'),
  'codex.websocket.event': count(
    stream,
    'Messages of the provider over WebSockets, as `observeWebsocket` sees them. `kind` is `parse_error` for one that is not JSON, and `unknown` for the end of a connection.',
  ),
  'codex.websocket.event.duration_ms': time(stream, 'Since the message before.'),
  'codex.websocket.connect': count(socket, 'WebSockets opened, or not: the events `codex.websocket_connect`.'),
  'codex.websocket.connect.duration_ms': time(socket, '`duration_ms` of those events.'),
  'codex.tool.call': count(
    tool,
    'Tool calls that ended: the events `codex.tool_result`. `sandbox` is `none` without one of the operating system.',
  ),
  'codex.tool.call.duration_ms': time(tool, '`duration_ms` of those events.'),
  'codex.approval.requested': count(
    ['approved', 'tool'],
    'Questions that the user or a reviewer was asked: the events `codex.tool_decision`, without decisions of the configuration and repeated ones. `approved` is the decision; `tool` is `unified_exec` for `exec_command`.',
  ),
  'codex.mcp.call': count(mcp, 'Calls of tools on MCP servers: the events `codex.tool_result` with `mcp_server`.'),
  'codex.mcp.call.duration_ms': time(mcp, '`duration_ms` of those events.'),
  'codex.conversation.turn.count': count([], 'Turns of the user: the events `codex.user_prompt`.'),
  'codex.thread.started': count(
    ['is_git', 'is_worktree'],
    'Conversations started or resumed: the events `codex.conversation_starts`.',
  ),
  'codex.process.start': {
    ...count(['originator'], 'Processes that opened a session: one each.'),
    sessionTags: false,
  },
  'codex.startup.phase.duration_ms': time(['phase', 'status'], '`duration_ms` of the events `codex.startup_phase`.'),
  'codex.turn.e2e_duration_ms': time([], 'From the prompt to the end of the turn: one for each `observeTurn`.'),
  'codex.turn.ttft.duration_ms': time(
    [],
    'To the first sign of an answer: `duration_ms` of the events `codex.turn_ttft`.',
  ),
  'codex.turn.ttfm.duration_ms': time([], 'From the prompt to the first complete message.'),
  'codex.turn.token_usage': values(
    ['token_type'],
    'Tokens of a turn, each response once: the sums are those of the events. `token_type` is `total`, `input`, `cached_input`, `cache_write_input`, `output` or `reasoning_output`. Outside of `observeTurn`, one value for each response.',
  ),
  'codex.turn.tool.call': values([], 'Tool calls of a turn: one value for each `observeTurn`.'),
  'codex.turn.cost_microusd': count(
    ['reasoning_effort', 'speed', 'turn.interrupted'],
    'Millionths of a US dollar, rounded: the sum of `usage.estimated_usd` of the events `codex.turn_cost`. The Codex CLI tags it with `turn.id` and `conversation.id` as well, which would make a series of each turn.',
  ),
}
