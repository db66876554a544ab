import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface GitWorkspace {
  isGit: boolean
  /** Whether the directory is in a linked working tree; absent outside of a repository. */
  isWorktree?: boolean
}

/** Finds the git repository of a directory. Reads the file system, and starts no program. */
export function gitWorkspace(directory: string): GitWorkspace {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = statSync(join(folder, '.git'), { throwIfNoEntry: false })
    // In a linked working tree `.git` is a file with the path of the repository.
    if (found !== undefined) return { isGit: true, isWorktree: found.isFile() }
    if (folder === dirname(folder)) return { isGit: false }
  }
}
