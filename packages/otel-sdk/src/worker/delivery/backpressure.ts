/** After this long without an answer, waiting frees nothing: callers go on, and their requests go to disk. */
const MAX_WAIT_MS = 200

/** Holds callers back while the collector takes requests fast enough for the wait to keep them off the disk. */
export class Backpressure {
  private waiting: (() => void)[] = []
  private timer: NodeJS.Timeout | undefined

  /** Resolves when `check` finds no more reason to wait, or when nothing was settled for `MAX_WAIT_MS`. */
  wait(): Promise<void> {
    return new Promise(resolve => {
      this.waiting.push(resolve)
      this.timer ??= setTimeout(() => this.release(), MAX_WAIT_MS)
    })
  }

  /** Called after every change. */
  check(worthWaiting: boolean): void {
    if (worthWaiting) this.timer?.refresh()
    else this.release()
  }

  /** Lets all callers go on. */
  release(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
