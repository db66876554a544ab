/**
 * Takes note of what a callback of the application returned: when it is a promise that fails, the application answers for
 * it, and it must not end the process as an unhandled rejection. Never throws.
 */
export function swallowRejection(returned: unknown): void {
  if ((typeof returned !== 'object' && typeof returned !== 'function') || returned === null) return
  try {
    Promise.resolve(returned).then(undefined, () => {})
  } catch {
    // A promise of the application's own making that cannot even be read.
  }
}
