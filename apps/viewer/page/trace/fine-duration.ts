import { duration } from '../text/quantities.ts'

/** A duration that may be a part of a millisecond: `250 ns`, `1.5 µs`, `12 µs`, `0.4 ms`. */
export function fineDuration(ms: number): string {
  if (ms === 0) return '0'
  if (ms < 0.001) return `${Math.max(1, Number((ms * 1_000_000).toPrecision(3)))} ns`
  if (ms < 0.1) return `${Number((ms * 1_000).toPrecision(2))} µs`
  if (ms < 10) return `${Number(ms.toPrecision(2))} ms`
  return duration(ms)
}
