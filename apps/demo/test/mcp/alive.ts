import { existsSync, readFileSync } from 'node:fs'

/** Whether each of the processes is there whose ids a program wrote to a file. */
export function alive(pidFile: string): boolean[] {
  return readFileSync(pidFile, 'utf8').split(' ').map(Number).map(isAlive)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const status = `/proc/${pid}/status`
  try {
    // One that has ended and that nobody has asked about yet is still listed.
    return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
  } catch {
    return false
  }
}
