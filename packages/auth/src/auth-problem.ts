/** Something that is wrong with the sign-in, for a person and for a program. Contains no credential. */
export interface AuthProblem {
  /** `error`: nobody is signed in, or the sign-in could not be renewed. `warning`: it works all the same. */
  readonly severity: 'error' | 'warning'
  /** Stable, for programs. */
  readonly code: AuthProblemCode
  /** One line that says what is wrong and what to do. */
  readonly message: string
}

/**
 * What a program can do about it; the message tells the person more. None says who keeps the tokens of a sign-in.
 *
 * `api-key-malformed`: what the environment gives cannot be a key. `sign-in-unavailable`: there are no usable credentials
 * where they should come from. `sign-in-exposed`: others can read them. `renewal-refused`: sign in again.
 * `renewal-failed`: try again later. `renewal-not-kept`: it lasts until this program ends.
 * `account-changed`: the sign-in has become another account's.
 */
export type AuthProblemCode =
  | 'api-key-malformed'
  | 'sign-in-unavailable'
  | 'sign-in-exposed'
  | 'renewal-refused'
  | 'renewal-failed'
  | 'renewal-not-kept'
  | 'account-changed'

/** For results that are either what was asked for or the problem with it. */
export function isProblem(value: object): value is AuthProblem {
  return 'severity' in value
}
