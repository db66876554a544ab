import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ImportSource, sourceOf } from './import-source.ts'

/** In a folder, files with these endings are looked at. */
const ENDINGS = /\.(?:jsonl?|ndjson|bin|pb|proto|otlp|log)(?:\.gz)?$/i

/**
 * The files of what a user named, those of folders in the order of their names.
 * @throws Error of the file system that names what is not there
 */
export function listFiles(paths: readonly string[]): ImportSource[] {
  return paths.flatMap((path): ImportSource[] => {
    if (path === '-') return [sourceOf(path, undefined, true)]
    const stats = statSync(path)
    if (!stats.isDirectory()) return [sourceOf(path, stats.isFile() ? stats.size : undefined, true)]
    return filesBelow(path)
  })
}

function filesBelow(folder: string): ImportSource[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry): ImportSource[] => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    if (!entry.isFile() || !ENDINGS.test(entry.name)) return []
    return [sourceOf(path, statSync(path).size, false)]
  })
}
