import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** The file of the store where none is named. */
export function storeFile(db: string | undefined): string {
  if (db !== undefined && db !== '') return resolve(db)
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  return join(state, 'codex-otel-viewer', 'store.db')
}

/** @throws UsageError where there is none */
export function existingStoreFile(db: string | undefined): string {
  const path = storeFile(db)
  if (existsSync(path)) return path
  throw new UsageError(`there is no store at ${path} yet. Add files to it with codex-otel-viewer import <file...>.`)
}
