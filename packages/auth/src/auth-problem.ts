/** A problem with the sign-in, described for the user and for programs. It contains no credential. */
export interface AuthProblem {
  /** `error`: no user is signed in, or the sign-in could not be renewed. `warning`: the sign-in works. */
  readonly severity: 'error' | 'warning'
  /** Stable: programs may compare it. */
  readonly code: AuthProblemCode
  /** One line that says what is wrong and what to do. */
  readonly message: string
}

/**
 * The kind of a problem, by what a program can do about it; the message has the details. No code depends on whether this
 * program or its host keeps the tokens.
 *
 * `api-key-malformed`: the environment variable holds no API key. `sign-in-unavailable`: the source of the credentials has
 * no usable ones. `sign-in-exposed`: other users can read the credentials. `renewal-refused`: the user has to sign in
 * again. `renewal-failed`: the renewal may work later. `renewal-not-kept`: the renewed sign-in lasts until this program
 * ends. `account-changed`: the sign-in is now for another account.
 */
export type AuthProblemCode =
  | 'api-key-malformed'
  | 'sign-in-unavailable'
  | 'sign-in-exposed'
  | 'renewal-refused'
  | 'renewal-failed'
  | 'renewal-not-kept'
  | 'account-changed'

/** Tells an `AuthProblem` from the result that a function returns in its place. */
export function isProblem(value: object): value is AuthProblem {
  return 'severity' in value
}
