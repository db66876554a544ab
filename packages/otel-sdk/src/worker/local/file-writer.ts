import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, lstatSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SignalName } from '../../catalogue/signals.ts'
import type { FileExporterConfig } from '../../config/effective-config.ts'
import { fileRefusal } from '../../protocol/own-file.ts'
import { toOtlpJson } from '../otlp/otlp-json.ts'
import { type OwnFile, openOwnFile, RefusedFileError } from '../spool/open-own-file.ts'
import { makePrivateDirectories } from '../spool/private-directory.ts'
import type { LocalWriter } from './local-sink.ts'
import { rotateFile } from './rotate-file.ts'

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT

/**
 * Appends requests to a file as lines of OTLP JSON, each with one write, so that the lines of several processes do not mix.
 * The file is this user's alone, and a plain one. `onGrowing` hears why a file that is too large cannot be renamed.
 */
export function createFileWriter(
  config: FileExporterConfig,
  { signal, onGrowing }: { signal: SignalName; onGrowing?: ((problem: string) => void) | undefined },
): LocalWriter {
  const { path, shownPath = path, maxBytes } = config
  let fd: number | undefined
  let inode = 0
  /** How often another process may rotate the file while it is opened. */
  const MAX_OPENINGS = 20

  /** Opens the file, also where another process renames it meanwhile. Throws as `openOwnFile` does. */
  function openThroughRotations(path: string): OwnFile {
    for (let openings = 1; ; openings++) {
      try {
        return openOwnFile(path, FLAGS)
      } catch (error) {
        const stat = lstatSync(path, { throwIfNoEntry: false })
        const refused = stat !== undefined && fileRefusal(stat) !== undefined
        if (!(error instanceof RefusedFileError) || refused || openings === MAX_OPENINGS) throw error
      }
    }
  }

  /** The file that has the path now: another process that found it too large has renamed the one before. Throws. */
  function open(): number {
    if (fd !== undefined && lstatSync(path, { throwIfNoEntry: false })?.ino === inode) return fd
    close()
    makePrivateDirectories(dirname(path))
    const opened = openThroughRotations(path)
    if ((opened.stat.mode & 0o777) !== 0o600) fchmodSync(opened.fd, 0o600)
    fd = opened.fd
    inode = opened.stat.ino
    return fd
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }

  function append(line: Buffer): void {
    let target = open()
    let before = fstatSync(target).size
    if (before > 0 && before + line.length > maxBytes) {
      const problem = rotateFile(config, inode)
      if (problem !== undefined) onGrowing?.(`${shownPath}: ${problem}`)
      target = open()
      before = fstatSync(target).size
    }
    const bytes = endsMidLine(target, before) ? Buffer.concat([Buffer.of(0x0a), line]) : line
    const written = writeSync(target, bytes)
    if (written === bytes.length) return
    // A full disk takes the beginning of a line. Where no other process has written behind it, it goes again.
    if (fstatSync(target).size === before + written) ftruncateSync(target, before)
    throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
  }

  function attempt(run: () => void): string | undefined {
    try {
      run()
      return undefined
    } catch (error) {
      const { code = 'unknown', message } = error as NodeJS.ErrnoException
      const reason = error instanceof RefusedFileError ? message.replace(path, '').trim() : (WORDS[code] ?? code)
      return `${shownPath}: ${reason}`
    }
  }

  return {
    check: () => attempt(() => void open()),
    write(request) {
      return attempt(() => append(Buffer.concat([toOtlpJson(request, signal), Buffer.of(0x0a)])))
    },
    end: close,
  }
}

/** Whether the last line has no end, because its process ended within the write, or the disk was full. */
function endsMidLine(fd: number, size: number): boolean {
  const last = Buffer.alloc(1)
  return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk (ENOSPC)',
  EDQUOT: 'the quota of the disk is used up (EDQUOT)',
  EACCES: 'permission denied (EACCES)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOTDIR: 'a part of the path is no directory (ENOTDIR)',
}
