/** Waiting for longer than this makes no room: what is not sent then goes to disk, which is what it is for. */
const PATIENCE_MS = 200

/** Lets whoever hands requests in wait while the collector takes them fast enough for that to be worth it. */
export class Backpressure {
  private waiting: (() => void)[] = []
  private timer: NodeJS.Timeout | undefined

  /** Resolves when `check` finds room, or when nothing was settled for a while. */
  wait(): Promise<void> {
    return new Promise(resolve => {
      this.waiting.push(resolve)
      this.timer ??= setTimeout(() => this.open(), PATIENCE_MS)
    })
  }

  /** Called after every change. */
  check(worthWaiting: boolean): void {
    if (worthWaiting) this.timer?.refresh()
    else this.open()
  }

  /** Lets everybody in. */
  open(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
