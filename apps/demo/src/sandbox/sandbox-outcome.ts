import type { CommandResult } from '../tools/run-command.ts'

// The system's messages where a file system is read-only, and where there is no network.
const DENIED =
  /Read-only file system|Network is unreachable|Temporary failure in name resolution|Name or service not known|Could not resolve host/

/**
 * How a sandbox ended a command, as far as can be told: `denied` where the command failed and says why, which is what there is to
 * go by. `undefined` for a command that was not hindered, and for one that the user stopped.
 */
export function sandboxOutcome({
  ending,
  finished,
  timedOut,
  output,
}: CommandResult): 'denied' | 'timed_out' | undefined {
  if (timedOut) return 'timed_out'
  return finished && !ending.endsWith('code 0') && DENIED.test(output) ? 'denied' : undefined
}
