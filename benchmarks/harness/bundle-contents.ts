import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { bundlePart, PARTS, type PartName } from '../../packages/otel-sdk/scripts/build-worker.ts'

/** Bytes by a name. */
export type Sizes = ReadonlyMap<string, number>

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SDK = join(ROOT, 'packages/otel-sdk')

/** `ws`, `@grpc/grpc-js`; `src` for the files of the bundle's own package. */
function packageOf(path: string): string {
  const name = path.replace(/^.*\/node_modules\//, '').replace(/^(?:\.\.\/)+packages\//, '@codex/')
  return /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name
}

/** Adds up what has the same name; the largest first. */
export function sum(entries: Iterable<readonly [string, number]>): Sizes {
  const sizes = new Map<string, number>()
  for (const [name, bytes] of entries) sizes.set(name, (sizes.get(name) ?? 0) + bytes)
  return new Map([...sizes].sort(([, a], [, b]) => b - a))
}

export interface DemoFile {
  /** Such as `main.js`. */
  name: string
  bytes: number
  /** Whether every run loads it. */
  atStart: boolean
  packages: Sizes
}

/** The files of a build of the demo, by its metafile. Throws where the demo was not built. */
export function demoFiles(variant: 'otel' | 'noop'): DemoFile[] {
  const demo = join(ROOT, 'apps/demo')
  const metafile = join(demo, 'dist', variant, 'metafile-esm.json')
  const { outputs }: Metafile = JSON.parse(readFileSync(metafile, 'utf8'))
  const entry = `dist/${variant}/cli.js`
  // The entry loads the rest of the program, once it knows that this Node can; what that loads later is not for every run.
  const main = (outputs[entry]?.imports ?? []).map(({ path }) => join(dirname(entry), path))
  return Object.entries(outputs).map(([path, { inputs }]) => ({
    name: relative(dirname(entry), path),
    bytes: readFileSync(join(demo, path)).length,
    atStart: path === entry || main.includes(path),
    packages: sum(Object.entries(inputs).map(([input, { bytesInOutput }]) => [packageOf(input), bytesInOutput])),
  }))
}

/** What the SDK's own files take of a bundle that is minified, as the demo's is, by their folders: the code of the application's thread. */
export async function clientFolders(): Promise<Sizes> {
  const { metafile } = await build({
    entryPoints: ['src/index.ts'],
    absWorkingDir: SDK,
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    metafile: true,
    external: ['#worker-source'],
  })
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  return sum(inputs.map(([path, { bytesInOutput }]) => [folderOf(path), bytesInOutput]))
}

const folderOf = (path: string): string => /^src\/([^/]+)\//.exec(path)?.[1] ?? 'others'

export interface WorkerPart {
  name: PartName
  /** As it lies in the bundle. */
  bytes: number
  /** As the worker runs it, minified. */
  textBytes: number
  /** Of the text. */
  packages: Sizes
}

/** The worker's code, which the SDK carries as texts. */
export async function workerParts(): Promise<WorkerPart[]> {
  const { parts }: { parts: Record<PartName, string> } = await import(join(SDK, 'dist/worker-source.js'))
  return Promise.all(
    (Object.keys(PARTS) as PartName[]).map(async name => {
      const { text, inputs } = await bundlePart(PARTS[name])
      const packages = sum(
        Object.entries(inputs).map(([path, bytes]) => [
          path.includes('/node_modules/') ? packageOf(path) : '@codex/otel-sdk',
          bytes,
        ]),
      )
      return { name, bytes: parts[name].length, textBytes: text.length, packages }
    }),
  )
}
