import { MAX_SESSIONS } from '../protocol/event-chunk.ts'

/** What a chunk describes before its first entry that needs it, and entries then name by its number: sessions, and what spans have in common. */
export class DescribedOnce {
  private readonly numbers: WeakMap<object, number> = new WeakMap()
  private lastNumber = 0
  /** What the current chunk describes. */
  private readonly here: Set<object> = new Set()

  beginChunk(): void {
    this.here.clear()
  }

  /** The same in all chunks. */
  numberOf(one: object): number {
    const number = this.numbers.get(one) ?? ++this.lastNumber
    this.numbers.set(one, number)
    return number
  }

  /** Whether the worker knows it from the current chunk. */
  isHere(one: object): boolean {
    return this.here.has(one)
  }

  /** The current chunk describes it. */
  add(one: object): void {
    // The worker remembers no more than these.
    if (this.here.size === MAX_SESSIONS) this.here.clear()
    this.here.add(one)
  }
}

/** Names and values in a list, and so for groups of them. */
export const describe = (one: object): readonly unknown[] => [
  Object.entries(one).flatMap(([name, value]) => [
    name,
    typeof value === 'object' && value !== null ? Object.entries(value).flat() : value,
  ]),
]
