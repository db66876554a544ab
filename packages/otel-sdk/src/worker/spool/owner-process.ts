import { closeSync, openSync, readlinkSync, readSync } from 'node:fs'

/** Of a file in `/proc`: a line of numbers, and a name of at most 64 bytes. */
const MAX_BYTES = 1024
const PATTERN = /^([0-9a-f-]{36}) (pid:\[\d{1,20}\]) (\d{1,10}) (\d{1,20})$/
/** The process was killed, and its parent has not yet waited for it. */
const ENDED_STATES = 'ZXx'
/** A signal or a debugger has stopped the process. */
const STOPPED_STATES = 'Tt'

let own: string | undefined

/**
 * Names this process so that another process can find out whether it still runs: the boot of the kernel, the pid namespace
 * (containers repeat pids), the pid, and when it was started (pids are used again). Empty where the system has no `/proc`.
 */
export function describeProcess(): string {
  own ??= process.platform === 'linux' ? describeSelf() : ''
  return own
}

/** Whether the process that `description` names has ended for certain; `false` where this process cannot find that out. */
export function hasEnded(description: string): boolean {
  const [, boot, namespace, pid, startTicks] = PATTERN.exec(description) ?? []
  if (pid === undefined || !describeProcess().startsWith(`${boot} ${namespace} `)) return false
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
  }
  const found = readStat(pid)
  return found !== undefined && (ENDED_STATES.includes(found.state) || found.startTicks !== startTicks)
}

/**
 * Whether the process that `description` names is stopped for certain, and so gives no sign of life although it goes on
 * later, with requests that are on their way; `false` where this process cannot find that out.
 */
export function isStopped(description: string): boolean {
  const [, boot, namespace, pid, startTicks] = PATTERN.exec(description) ?? []
  if (pid === undefined || !describeProcess().startsWith(`${boot} ${namespace} `)) return false
  const found = readStat(pid)
  return found !== undefined && STOPPED_STATES.includes(found.state) && found.startTicks === startTicks
}

function describeSelf(): string {
  const stat = readStat('self')
  // A /proc of another namespace numbers processes in another way.
  if (stat?.pid !== process.pid) return ''
  try {
    const boot = readStart('/proc/sys/kernel/random/boot_id').trim()
    const description = `${boot} ${readlinkSync('/proc/self/ns/pid')} ${stat.pid} ${stat.startTicks}`
    return PATTERN.test(description) ? description : ''
  } catch {
    return ''
  }
}

/** See proc_pid_stat(5); the name of the program, in parentheses, can hold anything. */
function readStat(pid: string): { pid: number; state: string; startTicks: string } | undefined {
  try {
    const text = readStart(`/proc/${pid}/stat`)
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state, startTicks] = [fields[0], fields[19]]
    return state && startTicks ? { pid: Number.parseInt(text, 10), state, startTicks } : undefined
  } catch {
    return undefined
  }
}

function readStart(path: string): string {
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(MAX_BYTES)
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, MAX_BYTES, 0))
  } finally {
    closeSync(fd)
  }
}
