import { cpuMs } from './cpu-ms.fixture.ts'

/** Times below this are garbage collection, compilation, and the steps of the clock, which tells a thread's time in some milliseconds. */
const FLOOR_MS = 16
const TRIES = 3
/** A try below this needs no other. */
const LINEAR = 2

export interface Growth {
  /** Makes a text that is `length` long. */
  of(length: number): string
  /** Of the longest text. */
  length: number
  /** How often that is taken. Default: once. */
  rounds?: number
}

/**
 * How many times as long a long text takes as the same amount of text in quarters: 1 where time grows with the length, 4
 * where it grows with its square. It is processor time of this thread, and the best of three tries, because a collection or
 * a compilation falls into one of them.
 */
export function growthOf(take: (text: string) => unknown, { of, length, rounds = 1 }: Growth): number {
  const whole = of(length)
  const quarter = of(length / 4)
  const takeMs = (text: string, runs: number): number =>
    cpuMs(() => {
      for (let run = 0; run < runs; run++) take(text)
    })
  takeMs(of(length / 16), 2)
  let best = Number.POSITIVE_INFINITY
  for (let left = TRIES; left > 0 && best >= LINEAR; left--) {
    const small = takeMs(quarter, 4 * rounds)
    best = Math.min(best, takeMs(whole, rounds) / Math.max(small, FLOOR_MS))
  }
  return best
}
