import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** The file extensions of programs that Windows starts without a shell. */
const WINDOWS_ENDINGS = ['.com', '.exe']
/** The search path of the system when PATH is not set. */
const DEFAULT_SEARCH_PATH = process.platform === 'win32' ? '' : '/usr/bin:/bin'

/**
 * The absolute entries of a search path. An empty entry, `.` and any other relative entry are left out, because they depend
 * on the working directory, which may be a repository that the user does not trust.
 */
export function absoluteSearchPath(searchPath: string | undefined): string {
  return (searchPath ?? DEFAULT_SEARCH_PATH).split(delimiter).filter(isAbsolute).join(delimiter)
}

/**
 * The absolute path of a program that a sign-in names: an absolute path is returned as it is, a name is looked up in the
 * absolute entries of the search path. `undefined` for a program that is not found, and for a relative path.
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
