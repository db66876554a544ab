import { closeSync, constants, lstatSync, openSync, readdirSync, renameSync, unlinkSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { FileExporterConfig } from '../../config/effective-config.ts'
import { removeOwnFile } from '../../protocol/own-file.ts'

/** A process that holds the lock for longer has ended within a rotation, in milliseconds. */
const LOCK_STALE_MS = 10_000

/**
 * Gives the file another name, so that the next writer makes a new one, and removes the oldest files beyond `maxFiles`. Of
 * several processes one does it: the lock, and a look at whether the path still leads to the file `inode`, keep a new file from
 * being renamed at once. Where the lock is taken, nothing happens, and the file grows a little further. Never throws.
 */
export function rotateFile({ path, maxFiles }: FileExporterConfig, inode: number): void {
  const lock = `${path}.lock`
  if (!takeLock(lock)) return
  try {
    if (lstatSync(path).ino !== inode) return
    renameSync(path, freeName(path))
    const earlier = rotatedFiles(path)
    for (const old of earlier.slice(0, Math.max(0, earlier.length - (maxFiles - 1)))) removeOwnFile(old)
  } catch {
    // The file is used on; the next line tries again.
  } finally {
    try {
      unlinkSync(lock)
    } catch {
      // Another process took the lock for one of an ended process.
    }
  }
}

/** The files that had the path before, oldest first. Throws. */
export function rotatedFiles(path: string): string[] {
  const { directory, stem, extension } = partsOf(path)
  return readdirSync(directory)
    .filter(name => name.startsWith(`${stem}-`) && name.endsWith(extension))
    .filter(name => /^\d{8}T\d{9}Z-\d{3,9}$/.test(name.slice(stem.length + 1, name.length - extension.length)))
    .sort()
    .map(name => join(directory, name))
}

function takeLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') removeStale(lock)
    return false
  }
}

function removeStale(lock: string): void {
  try {
    if (Date.now() - lstatSync(lock).mtimeMs > LOCK_STALE_MS) removeOwnFile(lock)
  } catch {
    // It is gone.
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
