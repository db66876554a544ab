/** How often a deadline looks at the clock, so that it notices how long the process did not run. */
const TICK_MS = 250
/** A timer that fires later than this after its time shows that the process, or its loop, stood still. */
const LATE_MS = 100
/** A loop whose timer fires within this has read its sockets just now. */
const PUNCTUAL_MS = 5
/** What is left after a standstill at the very end, for an answer that needs more than one read. */
const GRACE_MS = 250

export interface Deadline {
  /** Milliseconds; at least 0. */
  readonly leftMs: number
  /** Its `onExpired` is not called any more. */
  clear(): void
}

/**
 * Calls `onExpired` once when the process has run for `timeoutMs` milliseconds.
 *
 * A loop that wakes late runs its timers before it reads its sockets. So time during which the process was stopped
 * (SIGSTOP, a debugger, a suspended machine) or its loop was blocked does not count, and what has arrived is read before
 * the deadline expires: an answer that is there wins over a time-out. Of a standstill, at most `TICK_MS` count.
 */
export function startDeadline(timeoutMs: number, onExpired: () => void): Deadline {
  let leftMs = timeoutMs
  let graceGiven = false
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined
  let plannedMs = 0
  let armedAtMs = 0
  arm()

  function arm(): void {
    plannedMs = Math.max(0, Math.min(leftMs, TICK_MS))
    armedAtMs = performance.now()
    timer = setTimeout(tick, plannedMs)
  }

  function tick(): void {
    const passedMs = performance.now() - armedAtMs
    const late = passedMs - plannedMs > LATE_MS
    leftMs -= late ? plannedMs : passedMs
    if (late && leftMs <= 0 && !graceGiven) {
      graceGiven = true
      leftMs = Math.min(GRACE_MS, timeoutMs)
    }
    if (leftMs > 0) arm()
    else if (passedMs - plannedMs < PUNCTUAL_MS) onExpired()
    // The loop reads its sockets before each immediate; HTTP/2 and TLS hand on in the next turn what they have read.
    else immediate = setImmediate(() => (immediate = setImmediate(onExpired)))
  }

  return {
    get leftMs() {
      return Math.max(0, leftMs - Math.min(plannedMs, performance.now() - armedAtMs))
    },
    clear() {
      clearTimeout(timer)
      clearImmediate(immediate)
    },
  }
}
