import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild'
import { compress, compressAfter } from './compress-parts.ts'
import { mapOfPart } from './published-maps.ts'
import { thirdPartyLicenses } from './third-party-licenses.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Where the maps of the parts are, which are published beside the code; `src/client/source-maps.ts` looks for them there. */
export const MAPS = 'dist/codex-otel-maps'

/**
 * Leaves out of gRPC what a client does not use: its server, a fifth of its code, and the loader of protobuf definitions,
 * which has a `require` of its own. What names them passes them on to applications.
 */
export const grpcClientAlone: Plugin = {
  name: 'grpc-client-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: 'absent' }))
    onResolve({ filter: /^\.\/server(?:-[a-z]+)?$/ }, ({ path, importer }) =>
      importer.includes('/@grpc/grpc-js/') ? { path, namespace: 'empty' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'throw new Error("not bundled")' }))
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }))
  },
}

/**
 * The parts of the worker, each bundled by itself: every byte of a part is read before its first line runs. What is
 * loaded by another part only when it is needed stays outside of that one, under the name that it has here.
 */
export const PARTS = {
  main: 'src/worker/main.ts',
  secrets: 'src/content/secrets/scrub.ts',
  metrics: 'src/worker/signals/metrics.ts',
  traces: 'src/worker/signals/traces.ts',
  patterns: 'src/content/patterns/find-patterns.ts',
  local: 'src/worker/local/open-local.ts',
  operation: 'src/worker/operations/main.ts',
  grpc: '@grpc/grpc-js',
} as const

export type PartName = keyof typeof PARTS

/** What has much in common with `main` and is rarely loaded: compressed with `main` as its dictionary. */
const AFTER_MAIN: readonly PartName[] = ['operation', 'local', 'traces']

/** Loads parts by their names, from the imports in the sources that mean them. */
const separateParts: Plugin = {
  name: 'separate-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/signals\/metrics\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'metrics', external: true } : undefined,
    )
    onResolve({ filter: /^\.\/signals\/traces\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'traces', external: true } : undefined,
    )
    onResolve({ filter: /\/secrets\/scrub\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: 'secrets', external: true },
    )
    onResolve({ filter: /\/patterns\/find-patterns\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'patterns', external: true } : undefined,
    )
    onResolve({ filter: /\/local\/open-local\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: 'local', external: true } : undefined,
    )
    onResolve({ filter: /^@grpc\/grpc-js$/ }, ({ kind, importer }) =>
      kind === 'entry-point' || importer.includes('node_modules') ? undefined : { path: 'grpc', external: true },
    )
  },
}

type PartOptions = BuildOptions & { readonly write: false; readonly metafile: true }

/** How a part is built, of the worker as of the library. */
export const PART_OPTIONS: PartOptions = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  // Not written; the paths in the map are relative to its folder.
  outdir: MAPS,
  sourcemap: 'external',
  sourcesContent: false,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  metafile: true,
  legalComments: 'none',
}

export interface PartText {
  text: string
  /** Its source map, for a text that stands behind one line that is not its own. */
  map: string
}

/** What was built with `PART_OPTIONS`. */
export function partText({ outputFiles }: BuildResult<PartOptions>): PartText {
  const textOf = (extension: string): string => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''
  return { text: withoutWide(textOf('.js')), map: mapOfPart(textOf('.map')) }
}

export interface Bundle extends PartText {
  /** What it asks for at run time. */
  required: readonly string[]
  /** The files that it is made of, as absolute paths, and how many bytes of the text each gave. */
  inputs: Readonly<Record<string, number>>
}

export async function bundlePart(entryPoint: string): Promise<Bundle> {
  const built = await build({
    ...PART_OPTIONS,
    entryPoints: [entryPoint],
    // What is compiled from a text cannot import; the `require` that it gets can.
    supported: { 'dynamic-import': false },
    plugins: [grpcClientAlone, separateParts],
  })
  const outputs = Object.values(built.metafile.outputs)
  const required = [...new Set(outputs.flatMap(({ imports }) => imports.map(({ path }) => path)))]
  const foreign = required.filter(name => !isBuiltin(name) && !(name in PARTS))
  if (foreign.length > 0) throw new Error(`the worker needs what is not in its bundle: ${foreign.join(', ')}`)
  return {
    ...partText(built),
    required,
    inputs: Object.fromEntries(
      outputs
        .flatMap(output => Object.entries(output.inputs))
        .filter(([path]) => !/^(?:absent|empty):/.test(path))
        .map(([path, { bytesInOutput }]) => [resolve(root, path), bytesInOutput]),
    ),
  }
}

/** One character past Latin-1, as regular expressions have them, would double the size of the text in memory. */
function withoutWide(text: string): string {
  const found = /.{0,20}[\u0100-\uffff]/.exec(text)?.[0]
  if (found !== undefined) throw new Error(`a character past U+00FF in a part, write it as \\uXXXX: ${found}`)
  return text
}

/**
 * Bundles the worker and writes it as a module that gives its parts as texts.
 *
 * Code made from a string resolves bare names from the working directory, which may be a repository that the
 * user does not trust. So the `require` that the parts get knows the modules of Node's that were seen here, and no other.
 */
export async function buildWorker(): Promise<void> {
  const names = Object.keys(PARTS) as PartName[]
  const bundles = await Promise.all(names.map(name => bundlePart(PARTS[name])))
  const builtins = [...new Set(bundles.flatMap(({ required }) => required).filter(isBuiltin))].sort()
  const textOf = (name: PartName): string => bundles[names.indexOf(name)]?.text ?? ''
  const { first, others } = await compressAfter(textOf('main'), AFTER_MAIN.map(textOf))
  const parts = names.map(name => {
    const rest = others[AFTER_MAIN.indexOf(name)]
    return [name, name === 'main' ? first : (rest ?? compress(textOf(name)))]
  })
  await mkdir(`${root}${MAPS}`, { recursive: true })
  for (const [i, name] of names.entries()) {
    await writeFile(`${root}${MAPS}/${name}.cjs.map`, (bundles[i] as Bundle).map)
  }
  const inputs = bundles.flatMap(({ inputs }) => Object.keys(inputs))
  await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, await thirdPartyLicenses(inputs))
  await writeFile(
    `${root}dist/worker-source.js`,
    `export const builtins = ${JSON.stringify(builtins)}
export const afterMain = ${JSON.stringify(AFTER_MAIN)}
export const parts = ${JSON.stringify(Object.fromEntries(parts), null, 1)}
`,
  )
}
