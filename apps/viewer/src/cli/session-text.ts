import { beginning } from '../beginning.ts'
import { isRedacted } from '../is-redacted.ts'
import type { SessionRow } from '../queries/sessions.ts'
import type { TextsRow } from '../queries/texts.ts'
import type { TimelineRow } from '../queries/timeline.ts'
import { amount, BETWEEN, clock, counted, cut, duration, oneLine, table, widthOf, wrapped } from './text.ts'

interface Column {
  head: string
  cell: (session: SessionRow) => string
  left?: true
}

const COLUMNS: readonly Column[] = [
  { head: 'when', cell: ({ last_ms }) => clock(last_ms, true).slice(5, 16), left: true },
  { head: 'session', cell: ({ conversation_id }) => beginning(oneLine(conversation_id), 13), left: true },
  { head: 'turns', cell: ({ prompts }) => amount(prompts) },
  {
    head: 'requests',
    cell: ({ requests, retries }) => `${amount(requests)}${retries > 0 ? ` (${retries} again)` : ''}`,
  },
  {
    head: 'tools',
    cell: ({ tools, tools_failed }) => `${amount(tools)}${tools_failed > 0 ? ` (${tools_failed} failed)` : ''}`,
  },
  { head: 'waited', cell: ({ wait_ms }) => (wait_ms === null ? '-' : duration(wait_ms)) },
  {
    head: 'tokens in/out',
    cell: ({ input_tokens, output_tokens }) => `${amount(input_tokens)}/${amount(output_tokens)}`,
  },
  { head: 'errors', cell: ({ errors }) => (errors > 0 ? amount(errors) : '-') },
]
const WHAT: Column = {
  head: 'what',
  cell: ({ title, prompts, prompt_length, model, service, agent }) =>
    title === null && prompts > 0 ? notSent('prompt ', prompt_length) : oneLine(title ?? model ?? service ?? agent),
  left: true,
}
/** What a narrow terminal does without, first to last. */
const SPARE = ['waited', 'turns', 'tools', 'requests', 'tokens in/out']
/** What the last column has at least. */
const WHAT_WIDTH = 12
/** A terminal of fewer columns has a line for what a session is about, below that of its figures. */
const TWO_LINES = 60
/** Where the texts of a session's head begin. */
const HEAD_INDENT = 9

/** The list of sessions for a terminal. */
export function sessionsText(sessions: readonly SessionRow[], width: number): string {
  if (sessions.length === 0) return 'no sessions\n'
  const hasLines = width < TWO_LINES
  let columns = (hasLines ? COLUMNS : [...COLUMNS, WHAT]).map(({ head, cell, left }) => ({
    head,
    left,
    cells: [head, ...sessions.map(cell)],
  }))
  const needed = (): number =>
    columns.reduce(
      (sum, { head, cells }) => sum + BETWEEN.length + (head === WHAT.head ? WHAT_WIDTH : widthOf(cells)),
      -BETWEEN.length,
    )
  for (const spare of SPARE) if (needed() > width) columns = columns.filter(({ head }) => head !== spare)
  const rows = [...sessions.keys(), sessions.length].map(row => columns.map(({ cells }) => cells[row] ?? ''))
  const right = [...columns.keys()].filter(index => !columns[index]?.left)
  const text = table(rows, width, right)
  if (!hasLines) return text
  const [heads = '', ...figures] = text.trimEnd().split('\n')
  const lines = figures.flatMap((line, row) => [line, cut(`  ${WHAT.cell(sessions[row] as SessionRow)}`, width)])
  return `${[heads, ...lines].join('\n')}\n`
}

/** One session for a terminal: its sums, and a line for each event. */
export function sessionText(
  session: SessionRow,
  events: readonly TimelineRow[],
  texts: ReadonlyMap<number, TextsRow>,
  width: number,
): string {
  const { service, version, originator } = session
  const input = `${amount(session.input_tokens)} in (${amount(session.cached_tokens)} cached)`
  const head = [
    `session  ${oneLine(session.conversation_id)}`,
    `agent    ${
      [service, version, originator]
        .map(text => oneLine(text ?? ''))
        .filter(Boolean)
        .join('  ') || session.agent
    }`,
    `from     ${clock(session.first_ms, true)} for ${duration(session.last_ms - session.first_ms)}${session.wait_ms === null ? '' : `, ${duration(session.wait_ms)} of it waiting for a person`}`,
    `tokens   ${input}, ${amount(session.output_tokens)} out (${amount(session.reasoning_tokens)} reasoning)`,
    `counts   ${countsOf(session)}`,
  ]
  const rows = events.map(event => [
    clock(event.time_ms, false),
    shortName(event),
    [detailOf(event), textOf(texts.get(event.event_id))].filter(Boolean).join('  '),
  ])
  return `${head.map(line => hanging(line, width)).join('\n')}\n\n${table(rows, width)}`
}

/** Breaks a line of the head so that it goes on below its text. */
const hanging = (line: string, width: number): string =>
  wrapped(line.slice(HEAD_INDENT), width - HEAD_INDENT)
    .split('\n')
    .map((row, index) => (index === 0 ? line.slice(0, HEAD_INDENT) : ' '.repeat(HEAD_INDENT)) + row)
    .join('\n')

function countsOf({ prompts, requests, retries, tools, tools_failed, errors }: SessionRow): string {
  const repeated = retries > 0 ? ` (${amount(retries)} again)` : ''
  const failed = tools_failed > 0 ? ` (${amount(tools_failed)} failed)` : ''
  return [
    counted(prompts, 'prompt'),
    `${counted(requests, 'request')}${repeated}`,
    `${counted(tools, 'tool call')}${failed}`,
    counted(errors, 'error'),
  ].join(', ')
}

const notSent = (what: string, length: number | null): string =>
  `(${what}not sent${length === null ? '' : `, ${counted(length, 'character')}`})`

/** What a person asked for, or a tool was asked to do. */
function textOf(texts: TextsRow | undefined): string {
  if (texts === undefined) return ''
  const { prompt, prompt_length, arguments: given } = texts
  return isRedacted(prompt) ? notSent('', prompt_length) : oneLine(prompt ?? given ?? '')
}

const shortName = ({ event_name, role }: TimelineRow): string =>
  role === 'other' || role === 'stream' ? oneLine(event_name ?? 'other record').replace(/^\w+\./, '') : role

/** How a tool call ended; the page tells a call that was not allowed from one that failed, too. */
function outcomeOf({ success, declined }: TimelineRow): string | undefined {
  if (declined === 1) return 'not run'
  return success === null ? undefined : success === 1 ? 'succeeded' : 'failed'
}

function detailOf(event: TimelineRow): string {
  const parts = [
    event.tool_name,
    event.event_kind,
    event.status && `HTTP ${event.status}`,
    event.attempt ? `attempt ${event.attempt}` : undefined,
    event.decision && `${event.decision} by ${event.source ?? 'unknown'}`,
    event.wait_ms !== null && `waited ${duration(event.wait_ms)}`,
    outcomeOf(event),
    event.duration_ms !== null && duration(event.duration_ms),
    event.ttft_ms !== null && `first token ${duration(event.ttft_ms)}`,
    event.input_tokens !== null && `${amount(event.input_tokens)} in, ${amount(event.output_tokens ?? 0)} out`,
    event.error_message,
  ]
  return parts.flatMap(part => (part ? [oneLine(part)] : [])).join('  ')
}
