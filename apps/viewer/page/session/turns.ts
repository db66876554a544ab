import type { TimelineRow } from '../../src/queries/timeline.ts'
import { type Entry, entriesOf } from './entries.ts'
import { type Part, type PartSums, ribbonOf, sumsOf } from './ribbon.ts'

/** What happened from one prompt to the next. */
export interface Turn {
  /** From 1; 0 is what happened before the first prompt. */
  number: number
  prompt: Entry | undefined
  entries: Entry[]
  from: number
  to: number
  parts: Part[]
  sums: PartSums
  /** `null` where no response says. */
  input: number | null
  output: number | null
  /** From the prompt to the first sign of an answer; `null` before Codex 0.169. */
  firstToken: number | null
  trouble: number
}

const TURN_TTFT = 'codex.turn_ttft'

/** Splits the events of a session, which are in their order, at its prompts. */
export function turnsOf(rows: readonly TimelineRow[]): Turn[] {
  const turns: Turn[] = []
  let part: TimelineRow[] = []
  const close = (): void => {
    if (part.length > 0) turns.push(turnOf(part, part[0]?.role === 'prompt' ? countPrompts(turns) + 1 : 0))
    part = []
  }
  for (const row of rows) {
    if (row.role === 'prompt') close()
    part.push(row)
  }
  close()
  return turns
}

const countPrompts = (turns: readonly Turn[]): number => turns.filter(({ prompt }) => prompt).length

function turnOf(rows: readonly TimelineRow[], number: number): Turn {
  const entries = entriesOf(rows.filter(({ event_name }) => event_name !== TURN_TTFT))
  const prompt = entries[0]?.kind === 'prompt' ? entries[0] : undefined
  const from = prompt ? prompt.row.time_ms : Math.min(...entries.map(entry => entry.from))
  const to = rows.reduce((last, { time_ms }) => Math.max(last, time_ms), from)
  const parts = ribbonOf(entries, from, to)
  return {
    number,
    prompt,
    entries: prompt ? entries.slice(1) : entries,
    from,
    to,
    parts,
    sums: sumsOf(parts),
    input: sumOf(rows, 'input_tokens'),
    output: sumOf(rows, 'output_tokens'),
    firstToken: rows.find(({ event_name }) => event_name === TURN_TTFT)?.duration_ms ?? null,
    trouble: entries.filter(entry => entry.trouble).length,
  }
}

function sumOf(rows: readonly TimelineRow[], column: 'input_tokens' | 'output_tokens'): number | null {
  const known = rows.flatMap(row => row[column] ?? [])
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0)
}

/** Puts events that arrived later among those that are there, in the order of their times; an event that is there stays. */
export function withNewRows(rows: readonly TimelineRow[], added: readonly TimelineRow[]): TimelineRow[] {
  const known = new Set(rows.map(({ event_id }) => event_id))
  const fresh = added.filter(({ event_id }) => !known.has(event_id))
  if (fresh.length === 0) return rows as TimelineRow[]
  return [...rows, ...fresh].sort((a, b) => a.time_ms - b.time_ms || a.event_id - b.event_id)
}
