import { chmodSync, closeSync, constants, existsSync, fchmodSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import * as sqlite from 'node:sqlite'
import { reasonOf } from '../reason.ts'
import { isInMemory } from './memory-path.ts'
import { SCHEMA_VERSION, TABLES } from './schema.ts'

export type Database = sqlite.DatabaseSync

// The class has another name in newer versions of Node.
const { Database: Renamed, DatabaseSync } = sqlite as typeof sqlite & { Database?: typeof sqlite.DatabaseSync }
const DatabaseClass = Renamed ?? DatabaseSync

/** The pages of indexes that a batch touches stay in memory. */
const WRITER_CACHE_KIB = 16 * 1024
/** Each question reads other pages; the system keeps those of the file. */
const READER_CACHE_KIB = 4 * 1024

/**
 * Opens the file of a store to write, and makes it where it is not there: the folder for its owner alone, the files too.
 * @throws Error that names the file
 */
export const openToWrite = (path: string): Database =>
  opened(path, {}, db => {
    // In memory a question holds up the writer, for as long as it may take.
    db.exec('PRAGMA busy_timeout = 10000')
    const isNew = isEmpty(db)
    if (!isNew) checkVersion(path, db)
    // Before the first table, or it has no effect.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    db.exec(`PRAGMA cache_size = -${WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON`)
    if (isNew) db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
    // SQLite gives -wal and -shm the mode of the file.
    if (!isInMemory(path)) chmodSync(path, 0o600)
  })

/**
 * Opens the file of a store to read.
 * @throws Error that names the file
 */
export const openToRead = (path: string): Database =>
  opened(path, { readOnly: true }, db => {
    db.exec(`PRAGMA busy_timeout = 5000; PRAGMA cache_size = -${READER_CACHE_KIB}`)
    // Else a large sort takes a file that has no name.
    if (isInMemory(path)) db.exec('PRAGMA temp_store = MEMORY')
    checkVersion(path, db)
  })

function opened(path: string, options: sqlite.DatabaseSyncOptions, prepare: (db: Database) => void): Database {
  let db: Database | undefined
  try {
    if (!options.readOnly && !isInMemory(path)) makePrivate(path)
    db = new DatabaseClass(path, options)
    prepare(db)
    return db
  } catch (error) {
    db?.close()
    throw named(path, error)
  }
}

/** A file without a table, as a new one is. */
const isEmpty = (db: Database): boolean => db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined

function checkVersion(path: string, db: Database): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version === SCHEMA_VERSION) return
  if (version === 0) throw new Error(foreign(path))
  throw new Error(
    `${path} was written by another version of codex-otel-viewer (its tables are ${version}, this one reads ${SCHEMA_VERSION}); name another file with --db, or export it with that version and import it here.`,
  )
}

const foreign = (path: string): string => `${path} is no store of codex-otel-viewer; name another file with --db.`

/** What SQLite says of a file that is none of its own. */
const NOT_A_DATABASE = 26

function named(path: string, error: unknown): Error {
  const { errcode } = error as { errcode?: number }
  if (errcode === NOT_A_DATABASE) return new Error(foreign(path), { cause: error })
  const reason = reasonOf(error)
  return reason.includes(path) ? (error as Error) : new Error(`cannot open ${path}: ${reason}`, { cause: error })
}

function makePrivate(path: string): void {
  makeFolder(dirname(path))
  // A file that is there already may be none of a store: its mode stays until it is known.
  if (existsSync(path)) return
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  fchmodSync(file, 0o600)
  closeSync(file)
}

/** Node's own way to make all folders of a path does not end below a file system that takes none, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
