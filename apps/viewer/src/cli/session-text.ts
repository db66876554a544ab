import type { SessionRow } from '../queries/sessions.ts'
import type { TimelineRow } from '../queries/timeline.ts'
import { amount, clock, duration, oneLine, table } from './text.ts'

/** The list of sessions for a terminal. */
export function sessionsText(sessions: readonly SessionRow[], width: number): string {
  if (sessions.length === 0) return 'no sessions\n'
  const head = ['when', 'session', 'turns', 'requests', 'tools', 'waited', 'tokens in/out', 'errors', 'what']
  const rows = sessions.map(session => [
    clock(session.last_ms, true).slice(5, 16),
    session.conversation_id.length > 13 ? session.conversation_id.slice(0, 13) : session.conversation_id,
    amount(session.prompts),
    `${amount(session.requests)}${session.retries > 0 ? ` (${session.retries} again)` : ''}`,
    `${amount(session.tools)}${session.tools_failed > 0 ? ` (${session.tools_failed} not)` : ''}`,
    session.wait_ms > 0 ? duration(session.wait_ms) : '-',
    `${amount(session.input_tokens)}/${amount(session.output_tokens)}`,
    session.errors > 0 ? amount(session.errors) : '-',
    oneLine(session.title ?? session.model ?? session.service ?? session.agent),
  ])
  return table([head, ...rows], width, [2, 3, 4, 5, 6, 7])
}

/** One session for a terminal: its sums, and a line for each event. */
export function sessionText(session: SessionRow, events: readonly TimelineRow[], width: number): string {
  const input = `${amount(session.input_tokens)} in (${amount(session.cached_tokens)} cached)`
  const head = [
    `session  ${session.conversation_id}`,
    `agent    ${[session.service, session.version, session.originator].filter(Boolean).join('  ') || session.agent}`,
    `from     ${clock(session.first_ms, true)} for ${duration(session.last_ms - session.first_ms)}, ${duration(session.wait_ms)} of it waiting for a person`,
    `tokens   ${input}, ${amount(session.output_tokens)} out (${amount(session.reasoning_tokens)} reasoning)`,
    `counts   ${session.prompts} prompts, ${session.requests} requests (${session.retries} again), ${session.tools} tool calls (${session.tools_failed} failed), ${session.errors} errors`,
  ]
  const rows = events.map(event => [clock(event.time_ms, false), shortName(event), detailOf(event)])
  return `${head.join('\n')}\n\n${table(rows, width)}`
}

const shortName = ({ event_name, role }: TimelineRow): string =>
  role === 'other' || role === 'stream' ? (event_name ?? 'other record').replace(/^\w+\./, '') : role

function detailOf(event: TimelineRow): string {
  const parts = [
    event.tool_name,
    event.event_kind,
    event.status && `HTTP ${event.status}`,
    event.attempt ? `attempt ${event.attempt}` : undefined,
    event.decision && `${event.decision} by ${event.source ?? 'unknown'}`,
    event.wait_ms !== null && `waited ${duration(event.wait_ms)}`,
    event.success === null ? undefined : event.success ? 'succeeded' : 'failed',
    event.duration_ms !== null && duration(event.duration_ms),
    event.ttft_ms !== null && `first token ${duration(event.ttft_ms)}`,
    event.input_tokens !== null && `${amount(event.input_tokens)} in, ${amount(event.output_tokens ?? 0)} out`,
    event.error_message,
  ]
  return oneLine(parts.filter(part => part).join('  '))
}
