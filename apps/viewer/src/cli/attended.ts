import { ProgressRow } from './progress.ts'

/** Runs what takes long, with a row of progress; the first SIGINT or SIGTERM stops it after what is under way. */
export async function attended<T>(work: (row: ProgressRow, signal: AbortSignal) => Promise<T>): Promise<T> {
  const cancel = new AbortController()
  const stop = (): void => cancel.abort()
  const row = new ProgressRow(process.stderr)
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await work(row, cancel.signal)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    row.end()
  }
}
