import type { CommandResult } from '../tools/run-command.ts'

// The system's messages for a read-only file system, and for a missing network.
const DENIED =
  /Read-only file system|Network is unreachable|Temporary failure in name resolution|Name or service not known|Could not resolve host/

/**
 * The outcome of a command in a sandbox. `denied` where the command failed and its output has one of the system's messages:
 * the system gives no better evidence. `undefined` for a command that was not hindered, and for one that the user stopped.
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
