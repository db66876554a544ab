const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Says when the user wants the showcase to end. */
export interface Leave {
  readonly signal: AbortSignal
  /** The exit code of what was broken off. */
  readonly exitCode: number
}

/** Watches for a signal, and for the end of the program that reads standard output, as `head` has one. */
export function watchLeave(): Leave {
  const controller = new AbortController()
  const leave = { signal: controller.signal, exitCode: 0 }
  const end = (exitCode: number): void => {
    if (leave.signal.aborted) return
    leave.exitCode = exitCode
    controller.abort()
  }
  for (const [name, exitCode] of Object.entries(SIGNALS)) process.on(name, () => end(exitCode))
  process.stdout.on('error', error => end((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : 1))
  process.stderr.on('error', () => {})
  return leave
}
