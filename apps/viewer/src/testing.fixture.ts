import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { SignalName } from '@codex/otlp-receiver'
import { onTestFinished } from 'vitest'
import { importFiles } from './files/import-files.ts'
import type { ImportReport } from './files/import-report.ts'
import { listFiles } from './files/list-files.ts'
import { Store } from './store/store.ts'

/** Bodies of requests of the Codex CLI, as they were captured: `<scenario>.<number>-http-<signal>.bin.gz`. */
export const CAPTURES: string = fileURLToPath(new URL('../fixtures/captures', import.meta.url))

/** What the log records of a scenario are known to hold. */
export interface Scenario {
  /** How many events of each name. */
  events: Record<string, number>
  inputTokens: number
  errors: number
}

export const SCENARIOS: Record<string, Scenario> = JSON.parse(
  readFileSync(new URL('../fixtures/scenarios.json', import.meta.url), 'utf8'),
)

export const capturesOf = (scenario: string): string[] =>
  readdirSync(CAPTURES)
    .filter(name => name.startsWith(`${scenario}.`))
    .map(name => join(CAPTURES, name))

/** The first captured body of a scenario with records of the signal. */
export const capturedBody = (scenario: string, signal: SignalName): Buffer =>
  gunzipSync(readFileSync(capturesOf(scenario).find(name => name.includes(signal)) ?? ''))

/** A folder that is removed after the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'codex-otel-viewer-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new store for the tests of a file, with what closes and removes it. */
export async function openTestStore(): Promise<{ store: Store; remove: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'codex-otel-viewer-test-'))
  const store = await Store.open(join(folder, 'store.db'))
  const remove = async (): Promise<void> => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { store, remove }
}

/** A new store that is closed after the test. */
export async function testStore(): Promise<Store> {
  const store = await Store.open(join(testFolder(), 'store.db'))
  onTestFinished(() => store.close())
  return store
}

export const importPaths = (store: Store, ...paths: string[]): Promise<ImportReport> =>
  importFiles(store, listFiles(paths), () => {}, new AbortController().signal)
