import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { reasonOf } from '../reason.ts'
import { isInMemory } from './memory-path.ts'

/** The results of SQLite that come from the file, its folder or its disk. */
const PERMISSION = 3
const BUSY = 5
const READ_ONLY = 8
const DISK_ERROR = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26

const ANOTHER = 'name another file with --db'

/** Whether SQLite may not write a file or beside it, as it does also to read. */
export const isOfPermission = (error: unknown): boolean =>
  [PERMISSION, READ_ONLY, CANNOT_OPEN].includes(resultOf(error) ?? 0)

/** An error of SQLite in words: what is the matter with which file, and what can be done. Other errors stay as they are. */
export function storeError(path: string, error: unknown): unknown {
  const text = textOf(path, resultOf(error), error)
  return text === undefined ? error : new Error(text, { cause: error })
}

export const foreignFile = (path: string): string =>
  `${path} is no store of codex-otel-viewer; ${ANOTHER}. The commands open and import read files with OTLP.`

/** Why the file or a folder of it cannot be made, as the system says it. */
export function notMade(path: string, error: unknown): Error {
  const { path: at = path } = error as NodeJS.ErrnoException
  const what = at === path ? path : `the folder ${at} for ${path}`
  return new Error(`cannot make ${what}: ${reasonOf(error)}; ${ANOTHER}.`, { cause: error })
}

function textOf(path: string, result: number | undefined, error: unknown): string | undefined {
  switch (result) {
    case PERMISSION:
    case READ_ONLY:
    case CANNOT_OPEN:
      return refusalOf(path, error)
    case BUSY:
      return `another process has been writing ${path} for too long; try again when it has ended.`
    case FULL:
      return isInMemory(path)
        ? 'there is no more room in memory; give a smaller --max-size, or leave out --memory.'
        : `the disk of ${path} is full; make room there, or name a file on another disk with --db.`
    case DISK_ERROR:
      return `the disk of ${path} cannot be read or written (${reasonOf(error)}); see whether it is full or gone, or ${ANOTHER}.`
    case CORRUPT:
      return `${path} is damaged (${reasonOf(error)}); put it aside, or ${ANOTHER}.`
    case NOT_A_DATABASE:
      return foreignFile(path)
    default:
      return undefined
  }
}

/** The primary result of SQLite; of its extended ones it is the lowest byte. */
function resultOf(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: number }
  return errcode === undefined ? undefined : errcode & 0xff
}

/** SQLite says that it may not, and the system of what. */
function refusalOf(path: string, error: unknown): string {
  const folder = dirname(path)
  const cannot = (what: string, mode: number): string | undefined => {
    try {
      accessSync(what, mode)
      return undefined
    } catch (error) {
      return reasonOf(error)
    }
  }
  const [unread, unwritten, closed] = [
    cannot(path, constants.R_OK),
    cannot(path, constants.W_OK),
    cannot(folder, constants.W_OK | constants.X_OK),
  ]
  if (existsSync(path) && !statSync(path).isFile()) return `${path} is no file that can be a store; ${ANOTHER}.`
  if (unread !== undefined) return `${path} cannot be read: ${unread}; ${ANOTHER}.`
  if (unwritten !== undefined) return `${path} cannot be written: ${unwritten}; make it writable, or ${ANOTHER}.`
  if (closed !== undefined) {
    return `${path} cannot be used: its folder has to be writable for the files beside it (${closed}); make it so, or ${ANOTHER}.`
  }
  return `cannot open ${path}: ${reasonOf(error)}; ${ANOTHER}.`
}
