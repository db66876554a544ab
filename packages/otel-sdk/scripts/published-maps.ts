import { readFile, writeFile } from 'node:fs/promises'

interface SourceMap {
  sources: string[]
  sourcesContent?: (string | null)[]
  mappings: string
}

/**
 * The map of a part of the worker: names third-party sources without the folders of this repository's installation, and
 * has every line one further down, because the worker compiles a part behind a line of its own.
 */
export function mapOfPart(text: string): string {
  const { sources, mappings, ...map }: SourceMap = JSON.parse(text)
  const named = sources.map(source => source.replace(/^.*\/node_modules\//, '../../node_modules/'))
  return JSON.stringify({ ...map, sources: named, mappings: `;${mappings}` })
}

/** Takes the text of the worker out of a map of what carries it: half a megabyte that is no source. */
export async function leaveOutWorker(file: string): Promise<void> {
  const map: SourceMap = JSON.parse(await readFile(file, 'utf8'))
  const index = map.sources.indexOf('worker-source.js')
  if (map.sourcesContent === undefined || index === -1) throw new Error(`${file} does not have the worker's text`)
  map.sourcesContent[index] = null
  await writeFile(file, JSON.stringify(map))
}
