/** The signals that end the program, with the exit code by which shells know each. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
const BY_ITS_PARENT = SIGNALS.SIGTERM

/**
 * The first signal to end the program, also that the program has lost its parent, where that opened an IPC channel to know of
 * each other. The same signal once more ends the program at once.
 */
export class Ending implements Disposable {
  /** The exit code of what was broken off; `undefined` before. */
  exitCode: number | undefined
  private readonly controller = new AbortController()
  private readonly listeners = [
    ...Object.entries(SIGNALS).map(([name, exitCode]) => ({ name, listener: () => this.end(exitCode) })),
    { name: 'disconnect', listener: () => this.end(BY_ITS_PARENT) },
  ]

  constructor() {
    for (const { name, listener } of this.listeners) process.once(name, listener)
    // Its parent may be gone already.
    if (process.connected === false) this.end(BY_ITS_PARENT)
  }

  /** Aborted by the end. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  async reached(): Promise<void> {
    if (this.signal.aborted) return
    await new Promise(resolve => this.signal.addEventListener('abort', resolve, { once: true }))
  }

  [Symbol.dispose](): void {
    for (const { name, listener } of this.listeners) process.off(name, listener)
  }

  private end(exitCode: number): void {
    this.exitCode ??= exitCode
    this.controller.abort()
  }
}
