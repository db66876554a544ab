import { chmodSync, closeSync, constants, existsSync, fchmodSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import * as sqlite from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { isInMemory } from './memory-path.ts'
import { SCHEMA_VERSION, TABLES } from './schema.ts'
import { foreignFile, isOfPermission, notMade, storeError } from './store-error.ts'

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
export function openToRead(path: string): Database {
  try {
    return openReading(path, path)
  } catch (error) {
    // Where nothing may be written, SQLite reads a file that has no log beside it when it is told that nobody writes it.
    if (isInMemory(path) || !isOfPermission((error as Error).cause) || hasLog(path)) throw error
    return openReading(path, `${pathToFileURL(path)}?immutable=1`)
  }
}

const hasLog = (path: string): boolean => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0

const openReading = (path: string, location: string): Database =>
  opened(path, { readOnly: true, location }, db => {
    db.exec(`PRAGMA busy_timeout = 5000; PRAGMA cache_size = -${READER_CACHE_KIB}`)
    // Else a large sort takes a file that has no name.
    if (isInMemory(path)) db.exec('PRAGMA temp_store = MEMORY')
    checkVersion(path, db)
  })

interface OpenOptions {
  readOnly?: boolean
  /** Where SQLite is told that it is. */
  location?: string
}

function opened(
  path: string,
  { readOnly = false, location = path }: OpenOptions,
  prepare: (db: Database) => void,
): Database {
  let db: Database | undefined
  try {
    if (!readOnly && !isInMemory(path)) makePrivate(path)
    db = new DatabaseClass(location, { readOnly })
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
  if (version === 0) throw new Error(foreignFile(path))
  const advice =
    version > SCHEMA_VERSION
      ? 'update this one, or name another file with --db.'
      : 'export it with that one and import it here, or name another file with --db.'
  throw new Error(
    `${path} was written by ${version > SCHEMA_VERSION ? 'a newer' : 'an older'} version of codex-otel-viewer (its tables are ${version}, this one has ${SCHEMA_VERSION}); ${advice}`,
  )
}

function named(path: string, error: unknown): unknown {
  const { syscall } = error as NodeJS.ErrnoException
  return syscall === undefined ? storeError(path, error) : notMade(path, error)
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
