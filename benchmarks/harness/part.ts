import type { Bundles } from './bundle.ts'
import type { RemoteReceiver } from './receiver.ts'

/** One part of the benchmark: what it measures belongs into one section of the results page. */
export interface Part {
  name: string
  run(bench: Bench): Promise<Section>
}

/** What every part works with. */
export interface Bench {
  bundles: Bundles
  /** Counts what arrives. */
  receiver: RemoteReceiver
  /** Fewer and shorter rounds, for a first impression. */
  quick: boolean
  /** A new, empty directory. */
  temporaryDirectory(): Promise<string>
  /** Tells a person who waits what is being measured. */
  progress(text: string): void
}

export interface Section {
  title: string
  /** What was measured and how, in a few sentences. */
  text: string
  tables: readonly Table[]
  requirements: readonly Requirement[]
}

export interface Table {
  /** Stands above the table. */
  text?: string
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

export interface Requirement {
  what: string
  required: string
  measured: string
  holds: boolean
  /** Why the requirement may not hold, or what follows from that, in one sentence. The page prints it beside a "no". */
  otherwise: string
}
