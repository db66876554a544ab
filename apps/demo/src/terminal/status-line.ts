import { styleText } from 'node:util'

export interface StatusLineOptions {
  write(text: string): void
  /** The columns of the terminal. */
  columns(): number
  /** The columns that text takes in the row of the cursor. */
  column(): number
  /** Whether there is a terminal that can show it; else this does nothing. */
  isShown: boolean
}

/** For how long nothing else is written before the line appears, and between its changes, in milliseconds. */
const SILENCE_MS = 1000
const SAVE_CURSOR = '\u001b7'
const RESTORE_CURSOR = '\u001b8'
const ERASE_TO_END = '\u001b[K'

/**
 * One row at the cursor that says what is waited for, for how long, and how to stop it. It appears when nothing else is
 * written for a second, leaves the cursor where it is, and never takes a second row.
 */
export class StatusLine {
  readonly #options: StatusLineOptions
  #what: string | undefined
  #short: string | undefined
  #how = ''
  #since = 0
  #timer: NodeJS.Timeout | undefined
  #visible = false

  constructor(options: StatusLineOptions) {
    this.#options = options
  }

  /**
   * Begins to wait for something, or for nothing more. `short` says the same where the room is small, by default `what`;
   * `stops` is whether Ctrl-C stops it, by default it does.
   */
  waitFor(what: string | undefined, { short = what, stops = true }: { short?: string; stops?: boolean } = {}): void {
    if (!this.#options.isShown) return
    this.#what = what
    this.#short = short
    this.#how = stops ? ' · Ctrl-C stops' : ''
    this.#since = performance.now()
    this.erase()
  }

  /** Takes the line away; it comes back after another silence. */
  erase(): void {
    this.#hide()
    clearInterval(this.#timer)
    this.#timer = this.#what === undefined ? undefined : setInterval(() => this.#show(), SILENCE_MS)
  }

  #show(): void {
    const { columns, column, write } = this.#options
    const gap = column() === 0 ? '' : '  '
    const room = columns() - column() - gap.length - 1
    const text = this.#forms().find(form => form.length <= room)
    if (text === undefined) {
      this.#hide()
      return
    }
    const shown = styleText('dim', text, { stream: process.stderr })
    write(`${ERASE_TO_END}${SAVE_CURSOR}${gap}${shown}${RESTORE_CURSOR}`)
    this.#visible = true
  }

  #hide(): void {
    if (this.#visible) this.#options.write(ERASE_TO_END)
    this.#visible = false
  }

  /** What it says, from the longest to the shortest form. */
  #forms(): string[] {
    const seconds = `${Math.round((performance.now() - this.#since) / 1000)} s`
    const withHow = seconds + this.#how
    return [`${this.#what}, ${withHow}`, `${this.#short}, ${withHow}`, withHow, seconds]
  }
}
