import { closeSync, constants, lstatSync, openSync, readdirSync, renameSync, unlinkSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { FileExporterConfig } from '../../config/effective-config.ts'
import { fileRefusal, removeOwnFile } from '../../protocol/own-file.ts'
import { REFUSAL_TEXTS } from '../spool/open-own-file.ts'

/** A process that holds the lock for longer has ended within a rotation, in milliseconds. */
const LOCK_STALE_MS = 10_000

/**
 * Gives the file another name, so that the next writer makes a new one, and removes the oldest files beyond `maxFiles`. Of
 * several processes one does it: the lock, and a look at whether the path still leads to the file `inode`, keep a new file from
 * being renamed at once. Where another process has the lock, nothing happens, and the file grows a little further. Returns what
 * is in the way, for a person, where the file grows on and on; never throws.
 */
export function rotateFile({ path, maxFiles }: FileExporterConfig, inode: number): string | undefined {
  const lock = `${path}.lock`
  try {
    if (!takeLock(lock)) return whatIsInTheWay(lock)
  } catch (error) {
    return `it cannot be renamed: ${codeOf(error)}`
  }
  try {
    if (lstatSync(path).ino !== inode) return undefined
    renameSync(path, freeName(path))
    const earlier = rotatedFiles(path)
    for (const old of earlier.slice(0, Math.max(0, earlier.length - (maxFiles - 1)))) removeOwnFile(old)
    return undefined
  } catch (error) {
    // The file is used on; the next line tries again. That it is gone is another process's doing.
    return codeOf(error) === 'ENOENT' ? undefined : `it cannot be renamed: ${codeOf(error)}`
  } finally {
    try {
      unlinkSync(lock)
    } catch {
      // Another process took the lock for one of an ended process.
    }
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown'

/** The files that had the path before, oldest first. Throws. */
export function rotatedFiles(path: string): string[] {
  const { directory, stem, extension } = partsOf(path)
  return readdirSync(directory)
    .filter(name => name.startsWith(`${stem}-`) && name.endsWith(extension))
    .filter(name => /^\d{8}T\d{9}Z-\d{3,9}$/.test(name.slice(stem.length + 1, name.length - extension.length)))
    .sort()
    .map(name => join(directory, name))
}

/** Whether the lock is this process's now. Throws where none can be made. */
function takeLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600))
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock of an ended process; returns what is in its place that is no lock. */
function whatIsInTheWay(lock: string): string | undefined {
  try {
    const stat = lstatSync(lock)
    const refusal = fileRefusal(stat)
    // Its time may be ahead of a clock that was set back.
    const isOld = Math.abs(Date.now() - stat.mtimeMs) > LOCK_STALE_MS
    if (refusal !== undefined && isOld)
      return `its lock, ${basename(lock)}, is ${REFUSAL_TEXTS[refusal]}; move that away`
    if (isOld) removeOwnFile(lock)
    return undefined
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : `its lock, ${basename(lock)}, cannot be removed: ${codeOf(error)}`
  }
}

function partsOf(path: string): { directory: string; stem: string; extension: string } {
  const extension = extname(path)
  return { directory: dirname(path), stem: basename(path, extension), extension }
}

/** A name that no file has, in the order of time. The lock keeps other processes from choosing the same. */
function freeName(path: string): string {
  const { directory, stem, extension } = partsOf(path)
  const time = new Date().toISOString().replace(/[-:.]/g, '')
  for (let number = 1; ; number++) {
    const name = join(directory, `${stem}-${time}-${String(number).padStart(3, '0')}${extension}`)
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return name
  }
}
