import type { ImportProgress } from '../files/import-files.ts'
import { amount, cut, duration } from './text.ts'

/** Milliseconds between two looks. */
const INTERVAL_MS = 200
const ERASE_ROW = '\r\u001b[2K'

/** Shows how far an import is, in one row of the terminal; elsewhere nothing. */
export class ProgressRow {
  private readonly stream: NodeJS.WriteStream
  private readonly startedMs = performance.now()
  private shownMs = 0

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream
  }

  show(progress: ImportProgress): void {
    const now = performance.now()
    if (!this.stream.isTTY || now - this.shownMs < INTERVAL_MS) return
    this.shownMs = now
    this.stream.write(ERASE_ROW + cut(progressText(progress, now - this.startedMs), (this.stream.columns || 80) - 1))
  }

  end(): void {
    if (this.stream.isTTY && this.shownMs > 0) this.stream.write(ERASE_ROW)
  }
}

/** `42 %  1.20 M records  98.1 k/s  6.2 s left`. */
function progressText({ read, total, added }: ImportProgress, elapsedMs: number): string {
  const rate = `${amount(added)} records  ${amount((added / Math.max(1, elapsedMs)) * 1_000)}/s`
  if (total === undefined || total === 0) return `${amount(read)}B read  ${rate}`
  const left = read === 0 ? '' : `  ${duration((elapsedMs / read) * Math.max(0, total - read))} left`
  return `${Math.min(100, Math.floor((read / total) * 100))} %  ${rate}${left}`
}
