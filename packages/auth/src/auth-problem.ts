/** Something that is wrong with the sign-in, for a person and for a program. Contains no credential. */
export interface AuthProblem {
  /** `error`: nobody is signed in, or the sign-in could not be renewed. `warning`: it works all the same. */
  readonly severity: 'error' | 'warning'
  /** Stable, for programs. */
  readonly code: AuthProblemCode
  /** The file that it is about, when there is one. */
  readonly file?: string | undefined
  /** One line that says what is wrong and what to do. */
  readonly message: string
}

/**
 * `api-key-malformed`: what the environment gives cannot be a key.
 * `auth-file-*`: `auth.json` cannot be read, is not what it should be, is open to other users, or cannot be written.
 * `refresh-token-*`: the authorization server refuses the refresh token for good; sign in again.
 * `refresh-refused`: it refuses without saying why. `refresh-failed`: it cannot be reached, or is not well; try later.
 * `refresh-url-invalid`: where to renew is not a URL that a token may be sent to.
 * `account-changed`: somebody signed out or in to another account. `external-tokens`: the host gave no usable tokens.
 */
export type AuthProblemCode =
  | 'api-key-malformed'
  | 'auth-file-unreadable'
  | 'auth-file-malformed'
  | 'auth-file-open-to-others'
  | 'auth-file-not-written'
  | 'refresh-token-missing'
  | 'refresh-token-expired'
  | 'refresh-token-reused'
  | 'refresh-token-invalidated'
  | 'refresh-refused'
  | 'refresh-failed'
  | 'refresh-url-invalid'
  | 'account-changed'
  | 'external-tokens'

/** For results that are either what was asked for or the problem with it. */
export function isProblem(value: object): value is AuthProblem {
  return 'severity' in value
}
