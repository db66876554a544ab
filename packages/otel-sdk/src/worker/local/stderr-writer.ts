import { fstatSync, writeSync } from 'node:fs'
import { openTerminal } from './open-terminal.ts'

const STDERR = 2
/** A reader that takes nothing for this long is not waited for any more, in milliseconds. */
const STALLED_AFTER_MS = 2_000
/** Between two attempts at a full pipe, in milliseconds. */
const AGAIN_MS = 5

/** What can come again: the reader goes on, or the disk has room. */
const PASSING: ReadonlySet<string> = new Set(['EAGAIN', 'ENOSPC', 'EDQUOT', 'EINTR'])

/**
 * Writes to standard error from the worker: its own `process.stderr` hands the text to the application's thread, which may be
 * blocked, or gone before the text is out.
 */
export interface StderrWriter {
  /** Writes a text whole; returns the system's code for what keeps it from doing so. */
  write(text: string): string | undefined
}

/** `onWait` is called each time that a full pipe is tried again. */
export function createStderrWriter(onWait: () => void = () => {}): StderrWriter {
  const opened = identityOf()
  const target = openTerminal(STDERR) ?? STDERR
  /** Why nothing is written any more. */
  let ended: string | undefined = opened === undefined ? 'EBADF' : undefined
  let stalled = false
  /** Whether a line was begun that has no end. */
  let midLine = false

  /** As much as can be written; the bytes that were. */
  function writeAll(bytes: Buffer): { written: number; code?: string } {
    let written = 0
    let waitedMs = 0
    while (written < bytes.length) {
      try {
        written += writeSync(target, bytes, written)
        waitedMs = 0
        stalled = false
      } catch (error) {
        const { code = 'unknown' } = error as NodeJS.ErrnoException
        if (code === 'EINTR') continue
        if (code !== 'EAGAIN' || stalled || waitedMs >= STALLED_AFTER_MS) {
          stalled ||= code === 'EAGAIN'
          return { written, code }
        }
        onWait()
        pause(AGAIN_MS)
        waitedMs += AGAIN_MS
      }
    }
    return { written }
  }

  return {
    write(text) {
      // An application that closed it may have got its number for another file.
      if (ended === undefined && identityOf() !== opened) ended = 'EBADF'
      if (ended !== undefined) return ended
      const bytes = Buffer.from(midLine ? `\n${text}` : text)
      const { written, code } = writeAll(bytes)
      if (written > 0) midLine = bytes[written - 1] !== 0x0a
      if (code !== undefined && !PASSING.has(code)) ended = code
      return code
    },
  }
}

/** What tells an open file from others. */
function identityOf(): string | undefined {
  try {
    const { dev, ino } = fstatSync(STDERR)
    return `${dev} ${ino}`
  } catch {
    return undefined
  }
}

const asleep = new Int32Array(new SharedArrayBuffer(4))
const pause = (ms: number): void => {
  Atomics.wait(asleep, 0, 0, ms)
}
