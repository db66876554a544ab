import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative, sep } from 'node:path'

/** The file extensions of programs that Windows starts without a shell. */
const WINDOWS_ENDINGS = ['.com', '.exe']
/** The search path of the system when PATH is not set. */
const DEFAULT_SEARCH_PATH = process.platform === 'win32' ? '' : '/usr/bin:/bin'

export interface ResolveProgramOptions {
  /**
   * An absolute path: a program that is in this directory or below it, directly or by a link, is not found.
   * Default: no directory is left out.
   */
  outside?: string | undefined
}

/**
 * The absolute entries of a search path. An empty entry, `.` and any other relative entry are left out, because they depend
 * on the working directory, which may be a repository that the user does not trust. Default: the directories of the system.
 */
export function absoluteSearchPath(searchPath: string | undefined): string {
  return (searchPath ?? DEFAULT_SEARCH_PATH).split(delimiter).filter(isAbsolute).join(delimiter)
}

/**
 * The absolute path of a program: an absolute path is returned as it is, a name is looked up in the absolute entries of the
 * search path. `undefined` for a program that is not found, and for a relative path.
 */
export function resolveProgram(
  program: string,
  searchPath: string | undefined,
  { outside }: ResolveProgramOptions = {},
): string | undefined {
  if (isAbsolute(program)) return program
  if (program === '' || /[/\\]/.test(program)) return undefined
  const endings = process.platform === 'win32' && !/\.\w+$/.test(program) ? WINDOWS_ENDINGS : ['']
  for (const directory of absoluteSearchPath(searchPath).split(delimiter)) {
    if (directory === '') continue
    for (const ending of endings) {
      const path = join(directory, program + ending)
      if (isProgram(path) && (outside === undefined || isOutside(path, outside))) return path
    }
  }
  return undefined
}

/** Whether a path is the directory itself or below it. Compares the texts of the paths: links are not followed. */
export function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
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

const isOutside = (path: string, directory: string): boolean =>
  !isInside(path, directory) && !isInside(realpathSync(path), realpathSync(directory))
