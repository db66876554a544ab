const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Signal = keyof typeof EXIT_CODES

/** The reason of an abort by a signal of the operating system. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number
  /** Whether the signal ends the program; SIGINT, which is Ctrl-C, may end the turn alone. */
  readonly ends: boolean

  constructor(signal: Signal) {
    super(`interrupted by ${signal}`)
    this.exitCode = EXIT_CODES[signal]
    this.ends = signal !== 'SIGINT'
  }
}

export interface Interrupts {
  /** Aborted with `Interrupted` at the first signal. */
  readonly signal: AbortSignal
  /** Has the effect of SIGINT, for a Ctrl-C that was read as a key. */
  interrupt(): void
  /** Makes a new `signal` for the next interrupt, once the aborted work has stopped and the program continues. */
  renew(): void
  /** Removes the listeners, so that Node handles the signals again. */
  stop(): void
}

/** Turns the first SIGINT, SIGTERM or SIGHUP into an abort; a second one ends the program at once. */
export function watchInterrupts(): Interrupts {
  let controller = new AbortController()
  const listener = (signal: Signal): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES[signal])
    controller.abort(new Interrupted(signal))
  }
  const signals = Object.keys(EXIT_CODES) as Signal[]
  for (const signal of signals) process.on(signal, listener)
  return {
    get signal() {
      return controller.signal
    },
    interrupt: () => listener('SIGINT'),
    renew() {
      controller = new AbortController()
    },
    stop() {
      for (const signal of signals) process.off(signal, listener)
    },
  }
}
