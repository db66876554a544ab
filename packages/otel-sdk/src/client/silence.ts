import { monotonicMs } from '../protocol/monotonic-ms.ts'
import { SharedSlot, type SharedState } from '../protocol/shared-state.ts'

/** A look counts at most so much: when it comes later the process was stopped, or its thread was busy. */
export const LONGEST_LOOK_MS = 1_000

/** For how long the worker has shown no sign of life, although there was something to do. */
export interface Silence {
  /** In milliseconds, without the time in which the process stood still. */
  readonly runningMs: number
  /**
   * Milliseconds of processor time that the process spent meanwhile besides this thread, as one busy thread could have: a
   * worker that gets no processor on a busy machine is silent, too, but spends none.
   */
  readonly cpuMs: number
  /** Looks for a sign of life. Without one, the time since the last look is added. */
  look(): void
  /** Begins anew: there was nothing to do until now. */
  restart(): void
}

export function createSilence(shared: SharedState): Silence {
  let beat = 0
  let lookedAtMs = 0
  let cpuAtMs = 0
  let runningMs = 0
  let cpuMs = 0
  const restart = (): void => {
    beat = Atomics.load(shared, SharedSlot.beat)
    lookedAtMs = monotonicMs()
    cpuAtMs = otherThreadsCpuMs()
    runningMs = 0
    cpuMs = 0
  }
  restart()
  return {
    get runningMs() {
      return runningMs
    },
    get cpuMs() {
      return cpuMs
    },
    look() {
      if (Atomics.load(shared, SharedSlot.beat) !== beat) return restart()
      const nowMs = monotonicMs()
      const nowCpuMs = otherThreadsCpuMs()
      const passedMs = Math.min(nowMs - lookedAtMs, LONGEST_LOOK_MS)
      runningMs += passedMs
      cpuMs += Math.min(Math.max(0, nowCpuMs - cpuAtMs), passedMs)
      lookedAtMs = nowMs
      cpuAtMs = nowCpuMs
    },
    restart,
  }
}

/** Node before 22.19 does not know what one thread spent: there it is what all of them did. */
function otherThreadsCpuMs(): number {
  const all = process.cpuUsage()
  const own = process.threadCpuUsage?.() ?? { user: 0, system: 0 }
  return (all.user + all.system - own.user - own.system) / 1_000
}
