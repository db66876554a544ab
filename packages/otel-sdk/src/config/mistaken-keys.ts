import { SIGNALS } from '../catalogue/signals.ts'
import { quote } from './describe-value.ts'
import { describeMeaning, isDecisive, type Meaning } from './misplaced-key.ts'
import { isStatsig } from './normalize-exporter.ts'
import type { TableValue } from './read-table.ts'
import type { Path, Resolution } from './resolution.ts'
import type { Keys } from './schema.ts'

/** What follows from keys that are misspelt or at the wrong depth, where something would be sent or not sent because of it. */
export class MistakenKeys {
  /** The keys of `[otel.content]` that count as withheld, and where the mistake stands. */
  readonly withheld: Map<string, Path> = new Map<string, Path>()
  /** Where `content` itself is mistaken: then all of it counts as withheld. */
  content: Path | undefined
  /** Whether nothing may leave. */
  stops = false
  /** The keys of exporters that were meant to be set, and where the mistake stands. */
  readonly exporters: Map<string, Path> = new Map<string, Path>()
  readonly #resolution: Resolution
  readonly #set: ReadonlySet<string>

  /** `set`: the keys that `[otel]` has. */
  constructor(resolution: Resolution, set: ReadonlySet<string>) {
    this.#resolution = resolution
    this.#set = set
  }

  /** Notes an unknown key, and reports it; `false` where nothing follows from it. */
  add(meaning: Meaning, path: Path, own: Keys, value: TableValue | undefined): boolean {
    const { key, spec } = meaning
    if (!isDecisive(spec)) return false
    const signal = spec.type === 'exporter' ? SIGNALS.find(candidate => candidate.key === key) : undefined
    let consequence = spec.stops
    if (signal !== undefined) {
      if (this.#set.has(key) || value === 'none' || isStatsig(value)) return false
      this.exporters.set(key, path)
      consequence = signal.off
    } else if (spec.stops !== undefined) this.stops = true
    else if (spec.type === 'table') this.content = path
    else this.withheld.set(key, path)
    this.#resolution.explain(path)
    this.#resolution.report(consequence === undefined ? 'warning' : 'error', path, {
      found: `the unknown key ${quote(path.at(-1) ?? '')}`,
      allowed: describeMeaning(meaning, path, own),
      consequence: consequence ?? `${quote(key)} counts as ${quote(spec.whenWrong ?? '')}`,
    })
    return true
  }
}
