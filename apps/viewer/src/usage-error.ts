/** An error that the user has to correct. Ends the program with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** There is nothing to start: what was asked for is done by another process of the program. Ends the program with code 3. */
export class RunningError extends Error {
  override readonly name = 'RunningError'
}
