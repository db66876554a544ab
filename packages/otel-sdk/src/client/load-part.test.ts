import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LATER_PARTS, loadLater } from '../../scripts/later-parts.ts'
import { loadPart } from './load-part.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

afterEach(() => vi.restoreAllMocks())

describe('loadPart', () => {
  it('runs a part once, with the modules of Node', () => {
    const text = `globalThis.partRuns = (globalThis.partRuns ?? 0) + 1
exports.join = (...names) => require('node:path').posix.join(...names) + globalThis.partRuns`
    expect(loadPart('once', text).join?.(...(['a', 'b'] as never[]))).toBe('a/b1')
    expect(loadPart('once', text).join?.(...(['c'] as never[]))).toBe('c1')
    Reflect.deleteProperty(globalThis, 'partRuns')
  })

  it('names the part in the stack of an error', () => {
    const { fail } = loadPart('failing', "exports.fail = () => { throw new Error('on purpose') }")
    const error = (() => {
      try {
        fail?.()
      } catch (error) {
        return error as Error
      }
      return undefined
    })()
    expect(error?.stack).toContain('codex-otel-failing-later.cjs:2')
  })

  it('runs a part with the classes of the realm that calls it, as Jest has one for each file', async () => {
    const { outputFiles } = await build({
      entryPoints: ['src/client/load-part.ts'],
      absWorkingDir: root,
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
    })
    const module = { exports: {} }
    const realm = createContext({ module, process, Buffer, require: createRequire(import.meta.url) })
    runInContext(outputFiles[0]?.text ?? '', realm)
    const part = `"exports.isError = thrown => thrown instanceof Error"`
    expect(runInContext(`module.exports.loadPart('realm', ${part}).isError(new TypeError())`, realm)).toBe(true)
  })

  it('runs a part where the process refuses to make code of strings', () => {
    vi.spyOn(globalThis, 'eval').mockImplementation(() => {
      throw new EvalError('Code generation from strings disallowed for this context')
    })
    expect(loadPart('refused', 'exports.two = () => 2').two?.()).toBe(2)
  })
})

describe('the built library', () => {
  it('has the code of each part as a text alone, and its functions do what the sources do', async () => {
    const { metafile } = await build({
      entryPoints: ['src/index.ts'],
      absWorkingDir: root,
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      metafile: true,
      external: ['#worker-source'],
      plugins: [loadLater],
    })
    const inputs = Object.keys(metafile.inputs)
    for (const [name, files] of Object.entries(LATER_PARTS)) {
      expect(inputs).toContain(`later-text:${name}`)
      for (const file of Object.keys(files)) expect(inputs).not.toContain(`src/${file}`)
    }
    const { resolveConfig }: typeof import('../index.ts') = await import(`${root}dist/index.js`)
    const given = {
      table: { content: { scrub_patterns: ['(', 'ok'] }, tracestate: { '9': {} } },
      file: 'config.toml',
      text: '[otel]\ncontent.scrub_patterns = ["(", "ok"]\ntracestate.9 = {}\n',
      codexHome: '/',
      env: {},
    }
    const { resolveConfig: ofSources } = await import('../config/resolve-config.ts')
    expect(resolveConfig(given).problems.map(({ line }) => line)).toEqual([2, 3])
    expect(resolveConfig(given).problems).toEqual(ofSources(given).problems)
  })

  it('holds no sentence of the reference page', () => {
    const [schema, built] = ['src/config/schema.ts', 'dist/index.js'].map(file =>
      readFileSync(`${root}${file}`, 'utf8'),
    )
    const sentence = 'The resource attribute `env`.'
    expect(schema).toContain(sentence)
    expect(built).not.toContain(sentence)
  })
})
