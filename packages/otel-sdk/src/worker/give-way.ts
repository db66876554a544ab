import { access } from 'node:fs'
import { setPriority } from 'node:os'

/** Of two threads that want one core, this one gets a quarter of its time beside one of the application's. */
const NICENESS = 5

/**
 * Has this thread come behind the application's where they want the same core. Of the systems only Linux gives a thread a
 * priority of its own, and it is not given back, so it is not one that would keep a worker from working on a busy machine.
 */
export function giveWay(): void {
  if (process.platform !== 'linux' || 'bun' in process.versions || 'deno' in process.versions) return
  // Node's pool of threads is made by the first call that needs it, with the priority of its thread: it is the application's as well.
  access('/', () => {})
  try {
    setPriority(NICENESS)
  } catch {
    // A sandbox may refuse it; the worker works all the same.
  }
}
