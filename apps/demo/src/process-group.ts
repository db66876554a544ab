import type { ChildProcess } from 'node:child_process'

const tracked = new Set<ChildProcess>()

/**
 * Kills the group of this process when the agent ends. The process must have been started with `detached`, so that it leads
 * a group of its own.
 */
export function trackGroup(child: ChildProcess): void {
  if (tracked.size === 0) process.on('exit', killTracked)
  tracked.add(child)
}

/** The group needs no end with the agent any more. */
export function untrackGroup(child: ChildProcess): void {
  tracked.delete(child)
  if (tracked.size === 0) process.removeListener('exit', killTracked)
}

/** Sends a signal to all processes of the group; does nothing where none is left, or none was started. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has no process left.
  }
}

function killTracked(): void {
  for (const child of tracked) signalGroup(child, 'SIGKILL')
}
