/** An error that the user has to correct: wrong arguments or a wrong configuration. Ends the program with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
