import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reasonOf } from '../reason.ts'
import { UsageError } from '../usage-error.ts'
import { isGone, ownIdentity, type ProcessIdentity } from './running-process.ts'

const PREFIX = 'codex-otel-viewer-'
const NAME = new RegExp(`^${PREFIX}[A-Za-z0-9]{6}$`)
/** The file in a folder that says whose it is. */
const OWNER = 'owner.json'
/** Characters of such a file at most. */
const MAX_OWNER = 1_000
const PRIVATE = 0o700

/**
 * A folder that is gone after the end; of a process that is killed, after the start of the next viewer.
 * @throws UsageError
 */
export function temporaryFolder(): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), PREFIX))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const own = ownIdentity()
    if (own) writeFileSync(join(folder, OWNER), JSON.stringify(own), { mode: 0o600, flag: 'wx' })
    return folder
  } catch (error) {
    throw new UsageError(`cannot make a folder in ${tmpdir()}: ${reasonOf(error)}. TMPDIR names another place.`)
  }
}

/** Removes the folders of this user's viewers that were killed. What is not surely one stays, and so does what cannot be removed. */
export function removeLeftFolders(): void {
  const own = ownIdentity()
  if (own === undefined) return
  for (const folder of foldersOfViewers()) {
    try {
      const owner = ownerOf(folder)
      if (owner && isGone(owner, own)) rmSync(folder, { recursive: true, force: true })
    } catch {
      // Another viewer may have removed it meanwhile.
    }
  }
}

function foldersOfViewers(): string[] {
  try {
    return readdirSync(tmpdir())
      .filter(name => NAME.test(name))
      .map(name => join(tmpdir(), name))
  } catch {
    return []
  }
}

/** Whose a folder is; `undefined` for one that no viewer of this user has made. */
function ownerOf(folder: string): ProcessIdentity | undefined {
  const uid = process.getuid?.()
  const stats = lstatSync(folder)
  if (!stats.isDirectory() || stats.uid !== uid || (stats.mode & 0o7777) !== PRIVATE) return undefined
  const file = join(folder, OWNER)
  const fileStats = lstatSync(file)
  if (!fileStats.isFile() || fileStats.uid !== uid || fileStats.size > MAX_OWNER) return undefined
  const { pid, start, place } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessIdentity>
  // A process has a number from 1 on: others mean groups of them.
  const isWhole =
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    (typeof start === 'string' || start === null) &&
    typeof place === 'string'
  return isWhole ? ({ pid, start, place } as ProcessIdentity) : undefined
}
