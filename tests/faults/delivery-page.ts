import { cpus } from 'node:os'
import type { DeliveryRow } from './delivery-row.ts'
import { SECTIONS } from './sections.ts'

export interface DeliveryResults {
  rows: readonly DeliveryRow[]
  notes: readonly { section: string; text: string }[]
  skipped: readonly string[]
  date: Date
  /** One-minute load averages of the machine, before and after. */
  load: readonly [number, number]
}

const COLUMNS = [
  'case',
  'by',
  'over',
  'sent',
  'arrived',
  'left on disk',
  'after the next run',
  'twice',
  'leaves in',
  'said or counted',
]
const number = (value: number | undefined): string => (value === undefined ? '-' : value.toLocaleString('en-US'))

/** The results page, in Markdown. */
export function renderDeliveryPage({ rows, notes, skipped, date, load }: DeliveryResults): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}`
  const loads = load.map(value => value.toFixed(1)).join(' before, ')
  const page = [
    '# Delivery, case by case',
    '',
    'Written by `npm run test:faults`; not edited by hand.',
    '',
    `${date.toISOString().slice(0, 10)}, ${machine}; load of the machine ${loads} after.`,
    '',
    'Each line is a process of its own that emits events of about 500 bytes, meets the fault, and leaves; then the fault ends, and another',
    'process (the next run) starts with the same home. **Arrived** counts different events before the process had ended, **left on disk** the records',
    'in its spool then, **twice** the events that the collector stored more than once in both runs together. **Leaves in** is the',
    'time from the statement that begins the ending to the end of the process, as seen from outside; codex-otel has its default',
    'budget of 500 ms. The OpenTelemetry SDK is `BatchLogRecordProcessor` with the OTLP/HTTP protobuf exporter and their defaults;',
    '`shutdown()` is awaited where the way out allows it, and has a listener of its own for signals. It keeps nothing for a next run.',
  ]
  for (const { title, text } of SECTIONS) {
    const own = rows.filter(row => row.section === title)
    if (own.length === 0) continue
    page.push('', `## ${title}`, '', text, '', table(own))
    for (const note of notes) if (note.section === title) page.push('', note.text)
  }
  if (skipped.length > 0) page.push('', '## Not run on this machine', '', ...skipped.map(name => `- ${name}`))
  return `${page.join('\n')}\n`
}

function table(rows: readonly DeliveryRow[]): string {
  // Beside each other: what is compared.
  const cases = [...new Set(rows.map(row => row.case))]
  const sorted = cases.flatMap(name => rows.filter(row => row.case === name))
  return [
    `| ${COLUMNS.join(' | ')} |`,
    `|${COLUMNS.map(() => '---|').join('')}`,
    ...sorted.map(row => `| ${cells(row).join(' | ')} |`),
  ].join('\n')
}

function cells(row: DeliveryRow): string[] {
  return [
    row.case,
    row.by,
    row.over,
    number(row.sent),
    number(row.arrived),
    number(row.left),
    number(row.afterNext),
    number(row.twice),
    row.leaveMs === undefined ? '-' : `${number(Math.round(row.leaveMs))} ms`,
    row.said.length === 0 ? '-' : row.said.join(', '),
  ]
}
