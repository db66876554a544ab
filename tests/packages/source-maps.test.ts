import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, runNode } from '@codex/test-kit/run-node'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PARTS } from '../../packages/otel-sdk/scripts/build-worker.ts'

const SDK = join(ROOT, 'packages/otel-sdk')
const directory = mkdtempSync(join(realpathSync(tmpdir()), 'codex-otel-maps-'))
const program = join(directory, 'program.mjs')

/** A process whose worker gets a configuration that it cannot work with; it prints how the worker ended. */
const PROGRAM = `
import { MessagePort } from 'node:worker_threads'
import { createTelemetry } from '@codex/otel-sdk'

const { postMessage } = MessagePort.prototype
MessagePort.prototype.postMessage = function (message, ...rest) {
  const data = message?.data?.config && { ...message.data, config: { ...message.data.config, spool: undefined } }
  return postMessage.call(this, data === undefined ? message : { ...message, data }, ...rest)
}
createTelemetry({
  config: { exporter: { 'otlp-http': { endpoint: 'http://127.0.0.1:1/v1/logs', protocol: 'binary' } } },
  codexHome: ${JSON.stringify(directory)},
  serviceVersion: '1.0.0',
  onDiagnostic({ message }) {
    console.log(message)
    process.exit()
  },
})
setInterval(() => {}, 1000)
`

beforeAll(() => {
  symlinkSync(join(ROOT, 'tests/node_modules'), join(directory, 'node_modules'))
  writeFileSync(program, PROGRAM)
})

afterAll(() => rmSync(directory, { recursive: true }))

/** What a process says of the end of its worker. */
async function endOfWorker(file: string, flags: readonly string[] = ['--enable-source-maps']): Promise<string> {
  const { stdout, stderr } = await runNode([...flags, file], { cwd: directory })
  expect(stderr).toBe('')
  expect(stdout).toContain('the telemetry worker ended (Cannot read properties of undefined')
  return stdout
}

/** The line of the worker's source that a text names. */
function lineIn(text: string): string {
  const [, file = '', line = ''] = /at \S*\/(src\/worker\/\S+\.ts):(\d+):\d+\)/.exec(text) ?? []
  expect(file, text).not.toBe('')
  return readFileSync(join(SDK, file), 'utf8').split('\n')[Number(line) - 1] ?? ''
}

describe('an error that is thrown in the worker', () => {
  it('names its line in src/worker with --enable-source-maps', async () => {
    expect(lineIn(await endOfWorker(program))).toContain('config.spool.')
  })

  it('names the built part without the flag', async () => {
    expect(await endOfWorker(program, [])).toMatch(/, at codex-otel-main\.cjs:\d+:\d+\)/)
  })

  it('names the built part where the process refuses to make code of strings', async () => {
    const flags = ['--enable-source-maps', '--disallow-code-generation-from-strings']
    expect(await endOfWorker(program, flags)).toMatch(/, at codex-otel-main\.cjs:\d+:\d+\)/)
  })

  it.each(['esm', 'cjs'] as const)('names its line in a bundle (%s) with the maps copied beside it', async format => {
    const folder = join(directory, format)
    const outfile = join(folder, format === 'esm' ? 'bundle.mjs' : 'bundle.cjs')
    const { warnings } = await build({ entryPoints: [program], bundle: true, platform: 'node', format, outfile })
    expect(warnings).toEqual([])
    expect(await endOfWorker(outfile)).toMatch(/, at codex-otel-main\.cjs:\d+:\d+\)/)
    cpSync(join(SDK, 'dist/codex-otel-maps'), join(folder, 'codex-otel-maps'), { recursive: true })
    expect(lineIn(await endOfWorker(outfile))).toContain('config.spool.')
  })
})

describe('the published code', () => {
  it.each(['auth', 'otel-api', 'otel-sdk', 'otlp-receiver'])('of %s has a map for each of its files', name => {
    const dist = join(ROOT, 'packages', name, 'dist')
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'))
    const files = Object.values(exports).flatMap(entry => Object.values(entry as object))
    const built = files.filter(file => file.endsWith('.js')).map(file => file.replace('./dist/', ''))
    expect(built).not.toEqual([])
    for (const file of built) {
      expect(readFileSync(join(dist, file), 'utf8')).toContain(`//# sourceMappingURL=${file}.map`)
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, `${file}.map`), 'utf8'))
      for (const [i, source] of sources.entries()) {
        if (source.startsWith('../src/')) expect(sourcesContent[i]).toBe(readFileSync(join(dist, source), 'utf8'))
      }
    }
  })

  it('of the SDK has maps without the text of the worker, and those of its parts name no folder of this repository', () => {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(SDK, 'dist/index.js.map'), 'utf8'))
    expect(sourcesContent[sources.indexOf('worker-source.js')]).toBeNull()
    for (const part of Object.keys(PARTS)) {
      const map = JSON.parse(readFileSync(join(SDK, `dist/codex-otel-maps/${part}.cjs.map`), 'utf8'))
      expect(map.sources).not.toEqual([])
      expect(map.sources.filter((source: string) => /\.pnpm/.test(source))).toEqual([])
    }
  })
})
