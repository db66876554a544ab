import type { Recovery } from './recovery.ts'
import type { AuthSnapshot } from './snapshot.ts'

/** One kind of sign-in. The manager and its callers see only these two methods, which are the same for every kind. */
export interface SignIn {
  current(): AuthSnapshot
  /** The recovery of one request, from its first 401 answer on. */
  recovery(): Recovery
}
