import { readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

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

/** What `leave-out-docs.ts` takes the sentences out of. */
const SHORTENED = '../src/config/schema.ts'
/** What a published file carries as a text, and the calls that load it. */
const TEXT = /^worker-source\.js$|later-text:|later:/

/**
 * Takes the texts out of a map of what carries them: half a megabyte that is no source. What the build has shortened,
 * line by line, is there as it was written.
 */
export async function leaveOutTexts(file: string): Promise<void> {
  const map: SourceMap = JSON.parse(await readFile(file, 'utf8'))
  const { sources, sourcesContent } = map
  if (sourcesContent === undefined || !sources.some(source => TEXT.test(source))) throw new Error(`${file} has no text`)
  for (const [index, source] of sources.entries()) {
    if (TEXT.test(source)) sourcesContent[index] = null
    else if (source === SHORTENED) sourcesContent[index] = await readFile(resolve(dirname(file), source), 'utf8')
  }
  await writeFile(file, JSON.stringify(map))
}
