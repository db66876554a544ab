import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

/** How long an owner of data on disk that says nothing is taken for alive. */
const TAKEN_FOR_DEAD_MS = 60_000

/** As if the owners that did not end properly had been silent for two minutes: nothing else tells that they are dead. */
export function ageOwners(codexHome: string): void {
  const directory = join(codexHome, 'otel-spool')
  const then = new Date(Date.now() - 2 * TAKEN_FOR_DEAD_MS)
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return
  for (const name of readdirSync(directory)) if (name.endsWith('.alive')) utimesSync(join(directory, name), then, then)
}
