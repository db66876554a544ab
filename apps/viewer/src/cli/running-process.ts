import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells a process from every other one, also from a later one with its number. */
export interface ProcessIdentity {
  pid: number
  /** When it began, in the units of its system; `null` where that is not told. */
  start: string | null
  /** Within what its number means it: a start of the system and, on Linux, the namespaces that numbers and times are of. */
  place: string
}

/** This process; `undefined` where the system does not tell enough to find it by. */
export function ownIdentity(): ProcessIdentity | undefined {
  const { pid } = process
  if (process.platform !== 'linux') return process.getuid && { pid, start: null, place: hostname() }
  try {
    // What is mounted at /proc may be of another namespace.
    if (readlinkSync('/proc/self') !== String(pid)) return undefined
    const namespaces = ['pid', 'time'].map(name => namespaceOf(name))
    const place = [readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), ...namespaces].join(' ')
    const start = startOf(pid)
    return start === undefined ? undefined : { pid, start, place }
  } catch {
    return undefined
  }
}

/** Whether a process is surely no longer there. Of another machine, or another namespace, nothing is sure. */
export function isGone({ pid, start, place }: ProcessIdentity, own: ProcessIdentity): boolean {
  if (place !== own.place) return false
  try {
    if (own.start !== null) return startOf(pid) !== start
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** Older systems have no namespace of times. */
function namespaceOf(name: string): string {
  try {
    return readlinkSync(`/proc/self/ns/${name}`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** When a process began, in ticks of the system's clock; `undefined` where there is none of this number. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name before it, in brackets, may have anything in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START]
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

/** Its place among what follows the name. */
const START = 19
