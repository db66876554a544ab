import type { TimelineRow } from '../../src/queries/timeline.ts'
import { deciderName, declinedBy } from '../text/declined.ts'
import { amount } from '../text/quantities.ts'
import type { Entry, EntryKind } from './entries.ts'

/** The mark and the word of a kind of entry. */
export const KIND_LABELS: Readonly<Record<EntryKind, { mark: string; word: string }>> = {
  start: { mark: '▹', word: 'start' },
  prompt: { mark: '❯', word: 'prompt' },
  request: { mark: '↻', word: 'request' },
  response: { mark: '●', word: 'response' },
  ask: { mark: '◐', word: 'approval' },
  waiting: { mark: '◐', word: 'waits' },
  tool: { mark: '■', word: 'tool' },
  error: { mark: '✕', word: 'error' },
  note: { mark: '·', word: 'event' },
}

const DECISIONS: Readonly<Record<string, string>> = {
  approved: 'approved',
  approved_for_session: 'approved for the session',
  approved_execpolicy_amendment: 'approved, and from now on',
  denied: 'declined',
  abort: 'stopped the turn',
  timed_out: 'gave no answer in time',
  accept: 'accepted',
  reject: 'rejected',
}

/** What was decided. */
export const decisionWord = (decision: string | null): string => DECISIONS[decision ?? ''] ?? decision ?? 'unknown'

/** What was decided, and who decided it. */
export function decisionText({ decision, source, wait_ms }: TimelineRow): string {
  const what = decisionWord(decision)
  return wait_ms === null ? `${what} by ${source === null ? 'unknown' : deciderName(source)}` : `you: ${what}`
}

/** Who did not allow a call. */
function notRunBy({ decision, source }: TimelineRow): string {
  if (decision === 'abort') return 'the turn was stopped'
  if (decision === 'timed_out') return 'no answer in time'
  return declinedBy(source)
}

/** How a tool call ended. */
export interface Outcome {
  text: string
  look: 'good' | 'warn' | 'bad' | 'muted'
}

export function outcomeOf({ row, decision }: Entry, exit: number | undefined): Outcome {
  if (row.declined === 1) return { text: `not run, ${notRunBy(decision ?? row)}`, look: 'muted' }
  if (row.success === 0) return { text: 'failed', look: 'bad' }
  if (exit !== undefined && exit !== 0) return { text: `exited ${exit}`, look: 'warn' }
  if (row.success === 1) return { text: exit === 0 ? 'exited 0' : 'ok', look: 'good' }
  return { text: 'outcome unknown', look: 'muted' }
}

/** What a response was given and gave; `undefined` where it does not say. */
export function tokensText(row: TimelineRow): string | undefined {
  if (row.input_tokens === null && row.output_tokens === null) return undefined
  const cached = row.cached_tokens === null ? '' : ` (${amount(row.cached_tokens)} cached)`
  const reasoning = row.reasoning_tokens ? ` (${amount(row.reasoning_tokens)} reasoning)` : ''
  return `${amount(row.input_tokens)} in${cached} → ${amount(row.output_tokens)} out${reasoning}`
}

/** The name of an event without that of its agent. */
export const shortName = ({ event_name }: Pick<TimelineRow, 'event_name'>): string =>
  event_name?.replace(/^\w+\./, '').replaceAll('_', ' ') ?? 'record'
