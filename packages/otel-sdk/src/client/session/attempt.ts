/**
 * Runs a step that only telemetry needs. Whatever the application's objects do when they are read, the application's own
 * call goes on as it would without telemetry.
 */
export function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run()
  } catch {
    // The application's object threw when it was read: the record cannot be made.
    return undefined
  }
}

/** Anything can be thrown, also what cannot be made a text. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'an error without a message'
  }
}
