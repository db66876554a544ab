import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { LATER_PARTS, loadLater } from '../../scripts/later-parts.ts'
import { loadPart } from './load-part.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

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
    expect(error?.stack).toContain('codex-otel-failing-later.cjs:1')
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
