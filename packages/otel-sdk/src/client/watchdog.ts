import { Rest, SharedSlot, type SharedState } from '../protocol/shared-state.ts'
import { clearTimeout, setTimeout } from './platform-timers.ts'
import { LONGEST_LOOK_MS, type Silence } from './silence.ts'

/** When a worker counts as stuck. */
export interface WatchdogLimits {
  /** Processor time in one piece of work. Requests have at most 1 MiB; to compress 64 MiB in one go would take 3 to 6 s. */
  cpuMs: number
  /** For one that waits and does nothing, in a system call for example. */
  runningMs: number
}

export const WATCHDOG_LIMITS: WatchdogLimits = { cpuMs: 10_000, runningMs: 60_000 }

export interface WatchdogOptions {
  shared: SharedState
  silence: Silence
  limits: WatchdogLimits
  /** Whether an answer is awaited. */
  isAwaited(): boolean
  /** Has the worker give a sign of life as soon as it can. */
  wake(): void
  /** The worker is stuck; said once. */
  onStuck(): void
}

/** Notices that the worker is stuck. Its timer runs only while there is something to do, and keeps no process alive. */
export interface Watchdog {
  /** There is something to do. */
  expect(): void
  /** Looks no more. */
  stop(): void
}

export function createWatchdog({ shared, silence, limits, isAwaited, wake, onStuck }: WatchdogOptions): Watchdog {
  const stepMs = Math.min(LONGEST_LOOK_MS, limits.cpuMs / 4)
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const arm = (): void => {
    timer = setTimeout(tick, stepMs)
    timer.unref()
  }
  const tick = (): void => {
    timer = undefined
    silence.look()
    if (Atomics.load(shared, SharedSlot.rest) === Rest.idle && !isAwaited()) return
    if (silence.cpuMs >= limits.cpuMs || silence.runningMs >= limits.runningMs) {
      stopped = true
      onStuck()
      return
    }
    wake()
    arm()
  }

  return {
    expect() {
      if (timer !== undefined || stopped) return
      silence.restart()
      arm()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
