import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** What Windows starts without a shell. */
const WINDOWS_ENDINGS = ['.com', '.exe']
/** What systems search when PATH is not set. */
const DEFAULT_SEARCH_PATH = process.platform === 'win32' ? '' : '/usr/bin:/bin'

/**
 * The entries of a search path that do not depend on the working directory, which may be a stranger's repository: an
 * empty entry, `.`, and any other relative one are left out.
 */
export function absoluteSearchPath(searchPath: string | undefined): string {
  return (searchPath ?? DEFAULT_SEARCH_PATH).split(delimiter).filter(isAbsolute).join(delimiter)
}

/**
 * The absolute path of a program that a sign-in names: an absolute path stays, a name is looked up in the
 * absolute entries of the search path. `undefined` for one that is not found, and for a relative path.
 */
export function resolveProgram(program: string, searchPath: string | undefined): string | undefined {
  if (isAbsolute(program)) return program
  if (program === '' || /[/\\]/.test(program)) return undefined
  const endings = process.platform === 'win32' && !/\.\w+$/.test(program) ? WINDOWS_ENDINGS : ['']
  for (const directory of absoluteSearchPath(searchPath).split(delimiter)) {
    if (directory === '') continue
    for (const ending of endings) {
      const path = join(directory, program + ending)
      if (isProgram(path)) return path
    }
  }
  return undefined
}

function isProgram(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
