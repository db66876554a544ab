import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { LABELS } from '../contenders/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Where the bundles are: the name of an entry below `children/` or `contenders/`, without its suffix, to its file. */
export type Bundles = (entry: string, how?: 'bundled' | 'unbundled') => string

const ENTRIES = [
  ...['burst', 'paced', 'start', 'metrics', 'spans', 'noop', 'run'].map(name => `children/${name}`),
  ...Object.keys(LABELS).map(name => `contenders/${name}`),
]

/**
 * Bundles what runs in the child processes, as an application would be bundled, so that no contender pays for loading
 * many files; and once more with its packages left outside, because that is how many agents run.
 */
export async function bundleChildren(): Promise<Bundles> {
  const common: BuildOptions = {
    entryPoints: ENTRIES.map(entry => `${root}${entry}.ts`),
    outbase: root,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    conditions: ['module'],
    // It starts its worker from files, by their paths.
    external: ['pino', 'pino-opentelemetry-transport'],
    // The rivals' own code is TypeScript: left outside, Node would strip its types within the time that is measured.
    alias: { '@codex/test-kit/stock-logs': fileURLToPath(import.meta.resolve('@codex/test-kit/stock-logs')) },
    legalComments: 'none',
    logLevel: 'warning',
  }
  await build({
    ...common,
    outdir: `${root}dist/bundled`,
    minify: true,
    banner: { js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);" },
  })
  await build({ ...common, outdir: `${root}dist/unbundled`, packages: 'external' })
  return (entry, how = 'bundled') => `${root}dist/${how}/${entry}.mjs`
}
