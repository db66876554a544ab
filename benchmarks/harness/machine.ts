import { cpus, loadavg, type } from 'node:os'

/** What the machine was when a measurement began. */
export interface Machine {
  /** The mean number of processes that wanted to run in the last minute, those of others included; 0 where the system does not say. */
  load: number
  /** In words, for a results page. */
  description: string
}

/** More than this, and the figures would tell of the other processes. */
export const MAX_LOAD = 1.5

/** Says why no figures are to be written, if so. */
export const refusalOf = ({ load }: Machine): string | undefined =>
  load <= MAX_LOAD
    ? undefined
    : `The machine is busy: its load average is ${load.toFixed(1)}, and figures are written up to ${MAX_LOAD.toFixed(1)} only, because above that\n` +
      'they tell of other processes. Nothing was measured. Run this again when the machine has no other work,\n' +
      'or see the figures without writing them: npm run bench -- --print'

export function describeMachine(): Machine {
  const load = loadavg()[0] ?? 0
  const processor = cpus()[0]?.model.trim() || 'unknown processor'
  return {
    load,
    description:
      `${cpus().length} cores (${processor}), ${type()}, Node ${process.version.slice(1)}, ` +
      `load average at the start ${load.toFixed(1)} (figures are written up to ${MAX_LOAD.toFixed(1)})`,
  }
}
