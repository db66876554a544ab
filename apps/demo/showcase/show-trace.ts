import type { ReceivedSpan } from '@codex/otlp-receiver'
import { hanging, terminalWidth } from '../src/cli/report-lines.ts'

const NS_PER_MS = 1_000_000
/** The columns of the bar that says when a span was open: fewer in a narrow terminal, and no bar in one for which these are too many. */
const MOST_BAR = 28
const LEAST_BAR = 8
const TIME = 7
/** The columns that the attributes have beside a bar, at least. */
const LEAST_DETAILS = 20
const BELOW = ' '.repeat(6)

/** What is shown of a span besides its name and its time. */
const SHOWN_ATTRIBUTES: readonly (readonly [key: string, label: string])[] = [
  ['codex.request.attempts', 'attempts'],
  ['gen_ai.usage.input_tokens', 'input tokens'],
  ['gen_ai.usage.output_tokens', 'output tokens'],
  ['process.exit.code', 'exit code'],
  ['codex.approval.decision', 'decision'],
  ['codex.turn.token_usage.total_tokens', 'tokens'],
  ['error.type', 'error'],
]

/** Prints each trace as a tree: a line for a span, with a bar for its time beside those of the others of the trace. */
export function showTraces(spans: readonly ReceivedSpan[], say: (text: string) => void): void {
  const known = new Set(spans.map(({ spanId }) => spanId))
  const roots = spans.filter(({ parentSpanId }) => !known.has(parentSpanId))
  for (const root of inOrder(roots)) {
    const rows = rowsOf(root, spans)
    const width = Math.max(...rows.map(({ label }) => label.length))
    const longest = Math.max(...rows.map(({ span }) => detailsOf(span).join(' ').length))
    // Two columns stand before the label and behind the time, and one on each side of the bar.
    const rest = terminalWidth() - width - TIME - 6
    const columns = Math.max(LEAST_BAR, Math.min(MOST_BAR, rest - longest))
    say(`  trace ${root.traceId}`)
    for (const { label, span } of rows) {
      const time = `${milliseconds(span.endTimeUnixNano - span.startTimeUnixNano).toFixed(0)} ms`.padStart(TIME)
      const start = `  ${label.padEnd(width)} `
      const details = detailsOf(span)
      if (rest - columns >= LEAST_DETAILS) {
        const beside = `${start}${bar(span, root, columns)} ${time}  `
        const lines = details.length === 0 ? [beside] : hanging(beside, beside.length, details)
        for (const line of lines) say(line.trimEnd())
      } else {
        say(start + time)
        for (const line of hanging(BELOW, BELOW.length, details)) say(line)
      }
    }
  }
}

/** What is wrong with the traces of a conversation with one turn. */
export function missingSpans(spans: readonly ReceivedSpan[], expected: Readonly<Record<string, number>>): string[] {
  const count = (name: string): number => spans.filter(span => span.name.split(' ')[0] === name).length
  const wrong = Object.entries(expected)
    .filter(([name, wanted]) => count(name) !== wanted)
    .map(([name, wanted]) => `${count(name)} spans ${name} and not ${wanted}`)
  const known = new Set(spans.map(({ spanId }) => spanId))
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== '' && !known.has(parentSpanId))
  return orphans.length === 0 ? wrong : [...wrong, `${orphans.length} spans without their parent`]
}

interface Row {
  label: string
  span: ReceivedSpan
}

function rowsOf(span: ReceivedSpan, spans: readonly ReceivedSpan[], indent = '', branch = ''): Row[] {
  const children = inOrder(spans.filter(({ parentSpanId }) => parentSpanId === span.spanId))
  const below = indent + (branch === '' ? '' : branch === '└─ ' ? '   ' : '│  ')
  return [
    { label: indent + branch + span.name, span },
    ...children.flatMap((child, i) => rowsOf(child, spans, below, i === children.length - 1 ? '└─ ' : '├─ ')),
  ]
}

const inOrder = (spans: readonly ReceivedSpan[]): ReceivedSpan[] =>
  [...spans].sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))

const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / NS_PER_MS

function bar(span: ReceivedSpan, root: ReceivedSpan, columns: number): string {
  const whole = Math.max(1, Number(root.endTimeUnixNano - root.startTimeUnixNano))
  const column = (time: bigint): number => Math.round((Number(time - root.startTimeUnixNano) / whole) * columns)
  const from = Math.min(columns - 1, Math.max(0, column(span.startTimeUnixNano)))
  const to = Math.min(columns, Math.max(from + 1, column(span.endTimeUnixNano)))
  return `${'·'.repeat(from)}${'━'.repeat(to - from)}${'·'.repeat(columns - to)}`
}

/** The attributes, each with a space behind it, so that two stand between them. */
function detailsOf({ attributes }: ReceivedSpan): string[] {
  return SHOWN_ATTRIBUTES.flatMap(([key, label]) => {
    const value = attributes[key]?.value
    return value === undefined ? [] : [`${label}=${String(value)} `]
  })
}
