import { existsSync, readFileSync } from 'node:fs'

/** Whether each of the processes runs whose ids a program wrote to a file. */
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
    // A zombie is listed until its parent reads its exit code.
    return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'))
  } catch {
    return false
  }
}
