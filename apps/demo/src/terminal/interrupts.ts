const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Signal = keyof typeof EXIT_CODES

/** A signal asked to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number
  /** It asked for the end of the program; Ctrl-C may mean the turn alone. */
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
  /** Does what SIGINT does, for a Ctrl-C that was read as a key. */
  interrupt(): void
  /** What was aborted has stopped, and the program goes on: another `signal`, for the next interrupt. */
  renew(): void
  /** Gives the signals back to Node. */
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
