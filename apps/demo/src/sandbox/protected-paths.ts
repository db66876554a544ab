import { lstatSync, readFileSync, realpathSync, rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isInside } from '@codex/otel-api/resolve-program'
import { makeDirectories } from '../make-directories.ts'

/** The paths that stay read-only; or the reason why one cannot be protected. */
export type ProtectedPaths =
  | { around: readonly string[]; inside: readonly string[]; reason?: undefined }
  | { around?: undefined; inside?: undefined; reason: string }

/** The names in the working directory that decide which code runs there later. */
const NAMES = ['.git', '.codex']

const made = new Set<string>()

/**
 * Finds the paths to protect: `around` holds the working directory, which can be written to nevertheless; those of `inside`
 * may be in what can be written to. A mount needs something to stand on, so a missing path is created as an empty directory, which
 * Git ignores; it is removed when this process ends, if it is still empty.
 */
export function protectedPaths(cwd: string, codexHome: string, temporary: readonly string[]): ProtectedPaths {
  const inside: string[] = []
  const realHome = realPath(codexHome) ?? codexHome
  const isAround = realHome !== cwd && isInside(cwd, realHome)
  for (const path of [...NAMES.map(name => join(cwd, name)), ...(isAround ? [] : [codexHome])]) {
    const isWritable = [cwd, ...temporary].some(directory => isInside(path, directory))
    if (isWritable && isLink(path)) return { reason: `${path} is a link, which a command could replace` }
    if (isWritable) makeMissing(path)
    const real = realPath(path)
    if (real !== undefined) inside.push(real)
  }
  const repository = repositoryOf(join(cwd, '.git'))
  const found = repository === undefined ? undefined : realPath(repository)
  if (found !== undefined && isInside(found, cwd)) inside.push(found)
  return { around: isAround ? [realHome] : [], inside: [...new Set(inside)] }
}

/** The directory that a `.git` file of a worktree or a submodule names. */
function repositoryOf(path: string): string | undefined {
  if (!isSmallFile(path)) return undefined
  const named = /^gitdir: (.+?)\s*$/m.exec(readFileSync(path, 'utf8'))?.[1]
  return named === undefined ? undefined : resolve(path, '..', named)
}

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

function isSmallFile(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true && stats.size <= 4096
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function makeMissing(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return
  try {
    makeDirectories(path)
  } catch {
    // What this process cannot create, a command cannot create either.
    return
  }
  if (made.size === 0) process.on('exit', removeMade)
  made.add(path)
}

function removeMade(): void {
  for (const path of made) {
    try {
      rmdirSync(path)
    } catch {
      // It is in use now, or gone.
    }
  }
}
