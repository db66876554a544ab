/** Work in steps, between which the thread does other work, with its result. */
export type Steps<T> = Generator<undefined, T>

/** Does steps for so many milliseconds, at least one. @returns the result, once there is one */
export function advance<T>(steps: Steps<T>, forMs: number): { result: T } | undefined {
  const until = performance.now() + forMs
  do {
    const { done, value } = steps.next()
    if (done) return { result: value }
  } while (performance.now() < until)
  return undefined
}
