/** An error that the user has to correct. Ends the program with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
