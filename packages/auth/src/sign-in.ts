import type { Recovery } from './recovery.ts'
import type { AuthSnapshot } from './snapshot.ts'

/** One way of being signed in. Which way it is ends here: the manager and all behind it see these two methods. */
export interface SignIn {
  current(): AuthSnapshot
  /** For one request, from its first 401 on. */
  recovery(): Recovery
}
