import { existsSync, readlinkSync, statSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { UsageError } from '../usage-error.ts'

/** Where the store is. */
export interface StoreOptions {
  db: string | undefined
}

const VARIABLE = 'CODEX_OTEL_VIEWER_DB'

export function dbOption(): Option {
  const option = new Option('--db <file>', 'the file of the store').argParser((text: string) => {
    // A command with a variable that is not set would be about the usual store.
    if (text === '') throw new InvalidArgumentError('Name a file, or leave the option out.')
    return text
  })
  return process.env[VARIABLE] === '' ? option : option.env(VARIABLE)
}

/**
 * The file of the store, also where none is named.
 * @throws UsageError for a folder or a device
 */
export function storeFile(db: string | undefined): string {
  if (db !== undefined) return named(resolve(fromHome(db)))
  const { XDG_STATE_HOME: state = '' } = process.env
  // A folder that depends on where the program is started is none of the user's.
  const folder = isAbsolute(state) ? state : join(homeFolder(), '.local', 'state')
  return named(join(folder, 'codex-otel-viewer', 'store.db'))
}

/** @throws UsageError where the user has none, as in a container with a user that it does not know */
function homeFolder(): string {
  try {
    const home = homedir()
    return isAbsolute(home) ? home : userInfo().homedir
  } catch {
    throw new UsageError('no home folder of yours is known; name a file for the store with --db.')
  }
}

/** A shell leaves the sign as it is in `--db=~/store.db`. */
const fromHome = (path: string): string => (/^~(?=$|[/\\])/.test(path) ? join(homeFolder(), path.slice(1)) : path)

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
  if (stats === undefined) {
    const link = linkAt(path)
    if (link === undefined) return path
    throw new UsageError(`${path} is a link to ${link}, which is not there. Mend the link, or name a file with --db.`)
  }
  if (stats.isFile()) return path
  if (!stats.isDirectory()) throw new UsageError(`${path} is no file that can be a store; name another one with --db.`)
  throw new UsageError(`${path} is a folder. Name a file for the store, such as --db ${join(path, 'store.db')}.`)
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
