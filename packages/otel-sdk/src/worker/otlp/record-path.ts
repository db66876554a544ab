import type { SignalName } from '../../catalogue/signals.ts'

/**
 * The field numbers that lead from a request to its records. The three requests are built alike:
 * request (1) resource (2) scope (2) log record or span; a metric goes on to its data and (1) data points.
 */
const records: readonly (readonly number[])[] = [[1], [2], [2]]
/** gauge 5, sum 7, histogram 9, exponential histogram 10, summary 11. */
const dataPoints: readonly (readonly number[])[] = [...records, [5, 7, 9, 10, 11], [1]]

/** One entry a level; the last level is what is counted: log records, spans or data points. */
export function recordPath(signal: SignalName): readonly (readonly number[])[] {
  return signal === 'metrics' ? dataPoints : records
}
