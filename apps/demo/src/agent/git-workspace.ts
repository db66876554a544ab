import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface GitWorkspace {
  isGit: boolean
  /** Whether it is one of several working trees of a repository; absent outside of any. */
  isWorktree?: boolean
}

/** Whether a directory is inside a git repository. Asks the file system alone, and starts no program. */
export function gitWorkspace(directory: string): GitWorkspace {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = statSync(join(folder, '.git'), { throwIfNoEntry: false })
    // A further working tree has a file there, which says where the repository is.
    if (found !== undefined) return { isGit: true, isWorktree: found.isFile() }
    if (folder === dirname(folder)) return { isGit: false }
  }
}
