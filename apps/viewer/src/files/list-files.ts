import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceFile {
  /** `-` is standard input. */
  path: string
  /** `undefined` where nobody can know. */
  bytes: number | undefined
  /** Whether the user named it; else it was found in a folder, and may be of another kind. */
  named: boolean
}

/** In a folder, files with these endings are looked at. */
const ENDINGS = /\.(?:jsonl?|ndjson|bin|pb|proto|otlp|log)(?:\.gz)?$/i

/**
 * The files of what a user named, those of folders in the order of their names.
 * @throws Error of the file system that names what is not there
 */
export function listFiles(paths: readonly string[]): SourceFile[] {
  return paths.flatMap((path): SourceFile[] => {
    if (path === '-') return [{ path, bytes: undefined, named: true }]
    const stats = statSync(path)
    if (!stats.isDirectory()) return [{ path, bytes: stats.isFile() ? stats.size : undefined, named: true }]
    return filesBelow(path)
  })
}

function filesBelow(folder: string): SourceFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry): SourceFile[] => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    if (!entry.isFile() || !ENDINGS.test(entry.name)) return []
    return [{ path, bytes: statSync(path).size, named: false }]
  })
}
