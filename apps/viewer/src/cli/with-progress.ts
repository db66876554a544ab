import type { Ending } from './ending.ts'
import { ProgressRow } from './progress.ts'

/** Runs what takes long, with a row of progress; the end of the program stops it after what is under way. */
export async function withProgress<T>(
  { signal }: Ending,
  work: (row: ProgressRow, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const row = new ProgressRow(process.stderr)
  try {
    return await work(row, signal)
  } finally {
    row.end()
  }
}
