import { appendFileSync, constants, fchmodSync, fstatSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectories } from '../make-directories.ts'
import { OF_OTHERS, readAt, withPlainFile } from './plain-file.ts'

/** The prompts that were typed, in this run and in earlier ones. */
export interface PromptHistory {
  /** The prompts, the newest first, each once. */
  latest(): string[]
  /** Adds a prompt that was typed. One that begins with a space is kept for this run alone. */
  add(text: string): void
}

export interface StoredHistoryOptions {
  codexHome: string
  /** The largest size of the file, in bytes; of a larger one the oldest prompts are removed. */
  maxBytes: number
  /** Called once with the reason why prompts cannot be read or stored. */
  onProblem(message: string): void
}

export const HISTORY_FILE = 'demo-history.jsonl'
const MAX_PROMPTS = 1000
/** A longer prompt, in UTF-16 units, is kept for this run alone. */
const MAX_LENGTH = 64 * 1024
const LINE_FEED = 0x0a
/** How often other processes may shorten the file while a prompt is stored. */
const MAX_ATTEMPTS = 10

/** A history that is kept in memory alone. */
export function memoryHistory(earlier: readonly string[] = []): PromptHistory {
  // In the order of a `Set`, the newest last.
  const texts = new Set(earlier)
  return {
    latest: () => [...texts].reverse(),
    add(text) {
      if (text.trim() === '') return
      texts.delete(text)
      texts.add(text)
      for (const oldest of texts) {
        if (texts.size <= MAX_PROMPTS) break
        texts.delete(oldest)
      }
    },
  }
}

/**
 * A history in `$CODEX_HOME/demo-history.jsonl`, which only the user can read. Each prompt is appended as one line, so
 * that several processes can write to the file; each reads it once, at its start.
 */
export function storedHistory({ codexHome, maxBytes, onProblem }: StoredHistoryOptions): PromptHistory {
  const file = join(codexHome, HISTORY_FILE)
  let reported = false
  const attempt = <Result>(what: string, work: () => Result): Result | undefined => {
    try {
      return work()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      if (!reported) onProblem(`prompts are not ${what} ${file}: ${(error as Error).message}`)
      reported = true
      return undefined
    }
  }
  const memory = memoryHistory()
  for (const text of attempt('read from', () => readTexts(file, maxBytes)) ?? []) memory.add(text)
  return {
    latest: memory.latest,
    add(text) {
      const isNew = memory.latest()[0] !== text
      memory.add(text)
      if (!isNew || text.trim() === '' || text.startsWith(' ') || text.length > MAX_LENGTH) return
      attempt('stored in', () => {
        makeDirectories(codexHome)
        append(file, text, maxBytes)
      })
    },
  }
}

function readTexts(file: string, maxBytes: number): string[] {
  const { text } = withPlainFile(file, constants.O_RDONLY, fd => readEnd(fd, maxBytes))
  return text.split('\n').flatMap(line => textOf(line) ?? [])
}

/** The text of a line; `undefined` for a line of another program, or one that is cut off. */
function textOf(line: string): string | undefined {
  try {
    const { text } = JSON.parse(line) as { text?: unknown }
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

function append(file: string, text: string, maxBytes: number): void {
  const line = Buffer.from(`${JSON.stringify({ ts: Math.floor(Date.now() / 1000), text })}\n`)
  // It would take the place of all others.
  if (line.length > maxBytes / 2) return
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (appendLine(file, line, maxBytes)) return
  }
}

/** Appends a line. Returns whether it is in the file: another process may have shortened that meanwhile. */
function appendLine(file: string, line: Buffer, maxBytes: number): boolean {
  return withPlainFile(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, (fd, { ino, mode, size }) => {
    if ((mode & OF_OTHERS) !== 0) fchmodSync(fd, 0o600)
    // A process that was killed within a write leaves a line without an end; one that writes this moment has written it at the next look.
    const isWhole = endsLine(fd, size) || endsLine(fd, fstatSync(fd).size)
    appendFileSync(fd, isWhole ? line : Buffer.concat([Buffer.of(LINE_FEED), line]))
    // Where another process has shortened the file meanwhile, the line is in the one before.
    if (lstatSync(file, { throwIfNoEntry: false })?.ino !== ino) return false
    if (fstatSync(fd).size > maxBytes) shorten(fd, file, maxBytes)
    return true
  })
}

const endsLine = (fd: number, size: number): boolean => size === 0 || readAt(fd, size - 1, 1)[0] === LINE_FEED

/** Replaces the file by one with its newest lines, at most half of the limit, so that this is seldom done. */
function shorten(fd: number, file: string, maxBytes: number): void {
  const { text, size } = readEnd(fd, Math.floor(maxBytes / 2))
  const kept = text.slice(text.indexOf('\n') + 1)
  const temporary = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, kept, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  // What another process appended to the old file meanwhile.
  const late = fstatSync(fd).size - size
  if (late > 0) appendFileSync(file, readEnd(fd, late).text)
}

/** The last bytes of a file, and its size. */
function readEnd(fd: number, maxBytes: number): { text: string; size: number } {
  const { size } = fstatSync(fd)
  const length = Math.min(size, maxBytes)
  return { text: readAt(fd, size - length, length).toString(), size }
}
