import { isBuiltin } from 'node:module'
import { describe, expect, it } from 'vitest'
import { type Bundle, DEMO, minifiedBytes, moduleName, packageName, readBundle, type Variant } from './bundle.ts'
import { readManifest } from './installed-copy.ts'

// Each stands for a part of the feature that a build without it must not carry.
const TOKENS = [
  ['@opentelemetry', 'the OpenTelemetry SDK'],
  ['worker_threads', 'the background worker'],
  ['resourceLogs', 'the JSON encoding of OTLP'],
  ['opentelemetry.proto', 'the protobuf encoding and gRPC'],
] as const

/** What the application takes of this repository in both builds; it has nothing to do with telemetry. */
const APPLICATION_MODULES = ['@codex/auth/dist/index.js']

const MAX_TELEMETRY_BYTES = 1500

const noop = readBundle('noop')
const otel = readBundle('otel')

const modules = ({ metafile }: Bundle): string[] => Object.keys(metafile.inputs).map(moduleName).sort()
const packages = ({ metafile }: Bundle): string[] => [...new Set(Object.keys(metafile.inputs).map(packageName))].sort()
const externals = ({ metafile }: Bundle): string[] =>
  Object.values(metafile.outputs).flatMap(output =>
    output.imports.filter(imported => imported.external).map(imported => imported.path.replace(/^node:/, '')),
  )

describe('the bundle without the feature', () => {
  it('holds the no-op and no other module of this library', () => {
    const library = (bundle: Bundle): string[] =>
      modules(bundle).filter(module => module.startsWith('@codex/') && !APPLICATION_MODULES.includes(module))
    expect(library(noop)).toEqual(['@codex/otel-api/dist/noop.js'])
    expect(library(otel)).toEqual(['@codex/otel-sdk/dist/index.js'])
  })

  it('is the same application: that one module is the whole difference', () => {
    const own = (bundle: Bundle): string[] => modules(bundle).filter(module => !module.startsWith('@codex/otel-'))
    expect(own(noop)).toEqual(own(otel))
    expect(own(noop)).toContain('src/telemetry.ts')
  })

  it('depends on nothing but what the application itself uses', () => {
    const dependencies = ['.', ...Object.keys(readManifest(DEMO).dependencies ?? {})]
    expect(packages(noop).filter(name => !dependencies.includes(name))).toEqual([])
    expect(packages(otel).filter(name => !dependencies.includes(name))).toEqual(['@codex/otel-sdk'])
    expect(externals(noop).filter(path => !isBuiltin(path))).toEqual([])
    expect(externals(noop)).not.toContain('worker_threads')
    expect(externals(otel)).toContain('worker_threads')
  })

  it.each(TOKENS)('does not contain "%s", %s; the other bundle does', token => {
    const files = ({ outputs }: Bundle): string[] =>
      Object.entries(outputs).flatMap(([name, text]) => (text.includes(token) ? [name] : []))
    expect(files(noop)).toEqual([])
    expect(files(otel)).not.toEqual([])
  })

  it(`spends at most ${MAX_TELEMETRY_BYTES} bytes on all modules of this library, minified`, async () => {
    const telemetry = async (variant: Variant): Promise<number> =>
      Object.entries(await minifiedBytes(variant))
        .filter(([path]) => packageName(path).startsWith('@codex/otel-'))
        .reduce((sum, [, bytes]) => sum + bytes, 0)
    expect(await telemetry('noop')).toBeGreaterThan(0)
    expect(await telemetry('noop')).toBeLessThanOrEqual(MAX_TELEMETRY_BYTES)
    // The same sum over the other bundle counts the worker and all that is in it.
    expect(await telemetry('otel')).toBeGreaterThan(100 * MAX_TELEMETRY_BYTES)
  })
})
