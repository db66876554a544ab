import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { ROOT } from '@codex/test-kit/run-node'
import type { Metafile } from 'esbuild'

/** The two builds of an application. */
export type Variant = 'otel' | 'noop'

/** The demo: the application that both bundles are made of. */
export const DEMO: string = join(ROOT, 'apps/demo')

/** What a user of the given build starts. */
export function entryOf(variant: Variant, application: string = DEMO): string {
  return join(application, 'dist', variant, 'cli.js')
}

export interface Bundle {
  metafile: Metafile
  /** The text of each output file, by its name. */
  outputs: Readonly<Record<string, string>>
}

/** The bundle that the build made, as esbuild describes it. */
export function readBundle(variant: Variant): Bundle {
  const metafile: Metafile = JSON.parse(readFileSync(join(DEMO, 'dist', variant, 'metafile-esm.json'), 'utf8'))
  const names = Object.keys(metafile.outputs)
  return { metafile, outputs: Object.fromEntries(names.map(name => [name, readFileSync(join(DEMO, name), 'utf8')])) }
}

/** Every script that the build left, by the names that esbuild gives. */
export function filesOf(variant: Variant): string[] {
  const scripts = readdirSync(join(DEMO, 'dist', variant), { recursive: true, encoding: 'utf8' })
  return scripts
    .filter(name => /\.[cm]?js$/.test(name))
    .map(name => `dist/${variant}/${name}`)
    .sort()
}

/** What a file imports of Node's, by its name, and of files beside it, as `dist/<variant>/<name>`. */
export function importsOf(file: string, { metafile: { outputs } }: Bundle): { path: string; kind: string }[] {
  return (outputs[file]?.imports ?? []).map(({ path, kind }) => ({
    kind,
    path: path.startsWith('./') ? join(dirname(file), path) : path.replace(/^node:/, ''),
  }))
}

/** The files that every run loads: the entry, what it starts, and what these import statically. */
export function loadedAtStart(bundle: Bundle): string[] {
  const entry = Object.keys(bundle.outputs).find(file => file.endsWith('/cli.js')) ?? ''
  const loaded = new Set([entry])
  function load(file: string): void {
    if (bundle.outputs[file] === undefined || loaded.has(file)) return
    loaded.add(file)
    for (const { path, kind } of importsOf(file, bundle)) if (kind !== 'dynamic-import') load(path)
  }
  for (const { path } of importsOf(entry, bundle)) load(path)
  return [...loaded].sort()
}

/** The texts of a file: its own, and those that it carries compressed, as the SDK does with most of the worker's code. */
export function textsIn(text: string): string[] {
  const carried = [...text.matchAll(/["'`]([A-Za-z0-9+/]{1000,}={0,2})["'`]/g)]
  return [text, ...carried.flatMap(([, base64 = '']) => takenApart(Buffer.from(base64, 'base64')))]
}

function takenApart(bytes: Buffer): string[] {
  try {
    return [brotliDecompressSync(bytes).toString()]
  } catch {
    // One that goes on where another ends.
    return []
  }
}

/** `@codex/otel-api/dist/noop.js` and the like; the application's own modules are `src/...`. */
export function moduleName(path: string): string {
  return path.replace(/^.*\/node_modules\//, '').replace(/^(?:\.\.\/)+packages\//, '@codex/')
}

/** `@codex/otel-api`; `.` for the application itself. */
export function packageName(path: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(moduleName(path).replace(/^src\//, './'))?.[0] ?? path
}
