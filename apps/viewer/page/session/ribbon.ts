import type { Entry } from './entries.ts'

/** Where time goes; `retry` is the pause before a request is sent again. */
export const PARTS = ['model', 'tools', 'you', 'retry', 'other'] as const
export type PartName = (typeof PARTS)[number]

export interface Part {
  name: PartName
  from: number
  to: number
}

export type PartSums = Record<PartName, number>

/** The one with the higher number counts where two are at once: a tool's time has in it what a person took to allow it. */
const RANK: Readonly<Record<PartName, number>> = { other: 0, retry: 1, model: 2, tools: 3, you: 4 }

function partOf({ kind, row }: Entry): PartName | undefined {
  switch (kind) {
    case 'request':
    case 'response':
      return 'model'
    case 'tool':
      return 'tools'
    case 'ask':
      return row.wait_ms === null ? undefined : 'you'
    default:
      return undefined
  }
}

/** What the time from `from` to `to` was spent on, without a gap. */
export function ribbonOf(entries: readonly Entry[], from: number, to: number): Part[] {
  const steps: { at: number; name: PartName; change: 1 | -1 }[] = []
  const spend = (name: PartName, start: number, end: number): void => {
    const begins = Math.max(from, Math.min(to, start))
    const ends = Math.max(begins, Math.min(to, end))
    if (ends > begins) steps.push({ at: begins, name, change: 1 }, { at: ends, name, change: -1 })
  }
  for (const entry of entries) {
    const name = partOf(entry)
    if (name !== undefined) spend(name, entry.from, entry.to)
    if (entry.again !== undefined) spend('retry', entry.to, entry.again)
  }
  steps.sort((a, b) => a.at - b.at)
  const open: PartSums = { model: 0, tools: 0, you: 0, retry: 0, other: 0 }
  const parts: Part[] = []
  let at = from
  const add = (end: number): void => {
    if (end <= at) return
    const name = PARTS.reduce((most, part) => (open[part] > 0 && RANK[part] > RANK[most] ? part : most), 'other')
    const last = parts.at(-1)
    if (last?.name === name) last.to = end
    else parts.push({ name, from: at, to: end })
    at = end
  }
  for (const { at: time, name, change } of steps) {
    add(time)
    open[name] += change
  }
  add(to)
  return parts
}

export function sumsOf(parts: readonly Part[]): PartSums {
  const sums: PartSums = { model: 0, tools: 0, you: 0, retry: 0, other: 0 }
  for (const { name, from, to } of parts) sums[name] += to - from
  return sums
}
