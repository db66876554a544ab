import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** The directory that `-C` names, or else the current one. @throws UsageError when there is no such directory. */
export function workingDirectory(directory: string | undefined): string {
  const cwd = resolve(directory ?? '.')
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`-C ${directory}: there is no such directory`)
  }
  return cwd
}
