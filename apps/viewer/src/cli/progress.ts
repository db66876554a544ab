import type { ImportProgress } from '../files/import-report.ts'
import { amount, cut, duration } from './text.ts'

/** Milliseconds between two looks. */
const INTERVAL_MS = 200
const ERASE_ROW = '\r\u001b[2K'

/** The part of a terminal's stream that is used. */
export interface RowStream {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

/** Shows how far an import is, in one row of the terminal, also while nothing new is known; elsewhere nothing. */
export class ProgressRow {
  private readonly stream: RowStream
  private readonly startedMs = performance.now()
  private latest: ImportProgress = { read: 0, total: undefined, added: 0 }
  private timer: NodeJS.Timeout | undefined

  constructor(stream: RowStream) {
    this.stream = stream
  }

  show(progress: ImportProgress): void {
    if (!this.stream.isTTY) return
    this.latest = { ...progress }
    if (this.timer !== undefined) return
    this.draw()
    this.timer = setInterval(() => this.draw(), INTERVAL_MS)
  }

  /** Takes the row away, until there is something to show again. */
  end(): void {
    if (this.timer === undefined) return
    clearInterval(this.timer)
    this.timer = undefined
    this.stream.write(ERASE_ROW)
  }

  private draw(): void {
    const text = progressText(this.latest, performance.now() - this.startedMs)
    this.stream.write(ERASE_ROW + cut(text, (this.stream.columns || 80) - 1))
  }
}

/** `42 %  1.20 M records  98.1 k/s  6.2 s left`. */
function progressText({ read, total, added }: ImportProgress, elapsedMs: number): string {
  const rate = `${amount(added)} records  ${amount((added / Math.max(1, elapsedMs)) * 1_000)}/s`
  if (total === undefined || total === 0) return `${amount(read)}B read  ${rate}`
  const left = read === 0 ? '' : `  ${duration((elapsedMs / read) * Math.max(0, total - read))} left`
  return `${Math.min(100, Math.floor((read / total) * 100))} %  ${rate}${left}`
}
