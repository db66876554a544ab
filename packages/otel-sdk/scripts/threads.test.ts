import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { bundlePart, PARTS, type PartName } from './build-worker.ts'
import { bundleLaterPart, LATER_PARTS } from './later-parts.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The files of one part of the worker, from the package's root. */
async function filesOfPart(name: PartName): Promise<string[]> {
  const { inputs } = await bundlePart(PARTS[name])
  return Object.keys(inputs).map(path => relative(root, path))
}

/** The files that an application loads, from the package's root, and the text of all of them. */
async function bundleOfApplication(): Promise<{ files: string[]; text: string }> {
  const { metafile, outputFiles } = await build({
    entryPoints: ['src/index.ts'],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    metafile: true,
    external: ['#worker-source'],
  })
  return { files: Object.keys(metafile.inputs), text: outputFiles.map(({ text }) => text).join('') }
}

const within = (folder: string, files: readonly string[]): string[] =>
  files.filter(path => path.startsWith(`src/${folder}/`))

describe('the bundle of a thread', () => {
  it('of the application holds no file of the worker and no OpenTelemetry', async () => {
    const { files, text } = await bundleOfApplication()
    expect(within('client', files)).not.toEqual([])
    expect(within('worker', files)).toEqual([])
    expect(files.filter(path => /@opentelemetry|@grpc/.test(path))).toEqual([])
    // Spans find their parents without it: it would switch hooks on for each promise of the agent.
    expect(text).toMatch(/from "node:worker_threads"/)
    expect(text).not.toMatch(/async_hooks|AsyncLocalStorage/)
    // It checks patterns, and neither compiles nor applies them.
    expect(within('content/patterns', files)).toContain('src/content/patterns/parse-pattern.ts')
    expect(files.filter(path => /compile-pattern|search-program/.test(path))).toEqual([])
  })

  it('of the application holds the event table once: no part of it that is loaded later has one', async () => {
    const ofTable = 'auto_compact_token_limit'
    expect((await bundleOfApplication()).text).toContain(ofTable)
    const parts = Object.keys(LATER_PARTS)
    const texts = await Promise.all(parts.map(async name => (await bundleLaterPart(name)).text))
    expect(parts.filter((_, i) => texts[i]?.includes(ofTable))).toEqual([])
  })

  it.each(['main', 'metrics', 'traces', 'operation'] as const)(
    'of the worker, part %s, holds no file of the client',
    async name => {
      const files = await filesOfPart(name)
      expect(within('worker', files)).not.toEqual([])
      expect(within('client', files)).toEqual([])
    },
  )

  it('of the worker, part secrets, is the only one with the forms of secrets', async () => {
    for (const name of Object.keys(PARTS) as PartName[]) {
      const forms = within('content/secrets', await filesOfPart(name))
      if (name === 'secrets') expect(forms).not.toEqual([])
      else expect(forms).toEqual([])
    }
  })

  it('of the worker, part main, holds no pattern engine', async () => {
    expect(within('content/patterns', await filesOfPart('main'))).toEqual([])
    expect(within('content/patterns', await filesOfPart('metrics'))).toEqual([])
    expect(within('content/patterns', await filesOfPart('patterns'))).toContain(
      'src/content/patterns/search-program.ts',
    )
  })

  it('of the worker, part main, holds no spans', async () => {
    const ofSpans = (files: readonly string[]) =>
      files.filter(path => /sdk-trace|\/span-(?:table|assembler)\.ts$/.test(path))
    expect(ofSpans(await filesOfPart('main'))).toEqual([])
    expect(ofSpans(await filesOfPart('traces'))).not.toEqual([])
  })

  it('of either thread, switches on no tracking of asynchronous calls', async () => {
    for (const name of Object.keys(PARTS) as PartName[])
      expect([name, (await bundlePart(PARTS[name])).required.filter(path => /async_hooks/.test(path))]).toEqual([
        name,
        [],
      ])
  })

  it('of the worker, part main, holds no metrics and no gRPC', async () => {
    const files = await filesOfPart('main')
    expect(files.filter(path => /sdk-metrics|@grpc|src\/worker\/signals\/metrics\.ts/.test(path))).toEqual([])
    expect((await filesOfPart('metrics')).filter(path => path.includes('sdk-metrics'))).not.toEqual([])
  })
})
