import { chmodSync, closeSync, constants, existsSync, fchmodSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import * as sqlite from 'node:sqlite'
import { SCHEMA_VERSION, TABLES } from './schema.ts'

export type Database = sqlite.DatabaseSync

/** `:memory:` keeps nothing; it has no reader beside its writer. */
const IN_MEMORY = ':memory:'

// The class has another name in newer versions of Node.
const { Database: Renamed, DatabaseSync } = sqlite as typeof sqlite & { Database?: typeof sqlite.DatabaseSync }
const DatabaseClass = Renamed ?? DatabaseSync

/** The pages that a batch touches stay in memory. */
const CACHE_KIB = 16 * 1024

/**
 * Opens the file of a store to write, and makes it where it is not there: the folder for its owner alone, the files too.
 * @throws Error that names the file
 */
export function openToWrite(path: string): Database {
  if (path !== IN_MEMORY) makePrivate(path)
  const db = new DatabaseClass(path)
  try {
    // Before the first table, or it has no effect.
    db.exec(
      'PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000',
    )
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON`)
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
    else checkVersion(path, version)
    // SQLite gives -wal and -shm the mode of the file.
    if (path !== IN_MEMORY) chmodSync(path, 0o600)
  } catch (error) {
    db.close()
    throw named(path, error)
  }
  return db
}

/**
 * Opens the file of a store to read.
 * @throws Error that names the file
 */
export function openToRead(path: string): Database {
  const db = new DatabaseClass(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16384')
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
    checkVersion(path, version)
  } catch (error) {
    db.close()
    throw named(path, error)
  }
  return db
}

function checkVersion(path: string, version: number): void {
  if (version === SCHEMA_VERSION) return
  throw new Error(
    `${path} was written by another version of codex-otel-viewer (its tables are ${version}, this one reads ${SCHEMA_VERSION}); name another file with --db, or export it with that version and import it here`,
  )
}

function named(path: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  return message.includes(path) ? (error as Error) : new Error(`${path}: ${message}`, { cause: error })
}

function makePrivate(path: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  }
  // A file that is there already may be none of a store: its mode stays until it is known.
  if (existsSync(path)) return
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  fchmodSync(file, 0o600)
  closeSync(file)
}
