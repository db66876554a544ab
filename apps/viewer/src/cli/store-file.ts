import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** Where the store is. */
export interface StoreOptions {
  db: string | undefined
}

/**
 * The file of the store, also where none is named.
 * @throws UsageError for a folder or a device
 */
export function storeFile(db: string | undefined): string {
  if (db !== undefined && db !== '') return named(resolve(db))
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return join(state, 'codex-otel-viewer', 'store.db')
}

/** @throws UsageError where there is none */
export function existingStoreFile(db: string | undefined): string {
  const path = storeFile(db)
  if (existsSync(path)) return path
  throw new UsageError(
    `there is no store at ${path} yet. Run codex-otel-viewer to receive into it, or codex-otel-viewer import <file...> to add files.`,
  )
}

function named(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || stats.isFile()) return path
  if (!stats.isDirectory()) throw new UsageError(`${path} is no file that can be a store; name another one with --db.`)
  throw new UsageError(`${path} is a folder. Name a file for the store, such as --db ${join(path, 'store.db')}.`)
}
