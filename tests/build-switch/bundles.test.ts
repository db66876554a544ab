import { isBuiltin } from 'node:module'
import { describe, expect, it } from 'vitest'
import {
  type Bundle,
  DEMO,
  filesOf,
  importsOf,
  loadedAtStart,
  moduleName,
  packageName,
  readBundle,
  textsIn,
} from './bundle.ts'
import { allDependencies, directDependencies } from './dependencies.ts'

// Each stands for a part of the feature that a build without it must not carry.
const TOKENS = [
  ['@opentelemetry', 'the OpenTelemetry SDK'],
  ['worker_threads', 'the background worker'],
  ['resourceLogs', 'the JSON encoding of OTLP'],
  ['opentelemetry.proto', 'the protobuf encoding and gRPC'],
] as const

/** What the application takes of this repository in both builds; it has nothing to do with telemetry. */
const APPLICATION_MODULES = ['@codex/auth/dist/index.js', '@codex/otel-api/dist/resolve-program.js']

/** Each is a library with the agent's code around it: loaded where the configuration asks for it. */
const CHUNKS = [
  { file: 'mcp-connection.js', library: '@modelcontextprotocol/client', token: 'StreamableHTTPClientTransport' },
  { file: 'websocket-connection.js', library: 'ws', token: 'Sec-WebSocket-Key' },
] as const

const MAX_TELEMETRY_BYTES = 1500

const noop = readBundle('noop')
const otel = readBundle('otel')

const modules = ({ metafile }: Bundle): string[] => Object.keys(metafile.inputs).map(moduleName).sort()
const packages = ({ metafile }: Bundle): string[] => [...new Set(Object.keys(metafile.inputs).map(packageName))].sort()
/** All that is imported from outside of the bundle. */
const externals = (bundle: Bundle): string[] =>
  Object.keys(bundle.outputs)
    .flatMap(file => importsOf(file, bundle).map(({ path }) => path))
    .filter(path => bundle.outputs[path] === undefined)

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
    const dependencies = ['.', ...allDependencies(DEMO)]
    expect(packages(noop).filter(name => !dependencies.includes(name))).toEqual([])
    expect(packages(otel).filter(name => !dependencies.includes(name))).toEqual(['@codex/otel-sdk'])
    expect(externals(noop).filter(path => !isBuiltin(path))).toEqual([])
    expect(externals(noop)).not.toContain('worker_threads')
    expect(externals(otel)).toContain('worker_threads')
  })

  it.each(TOKENS)('does not contain "%s", %s; the other bundle does', token => {
    const files = ({ outputs }: Bundle): string[] =>
      Object.entries(outputs).flatMap(([name, text]) =>
        textsIn(text).some(part => part.includes(token)) ? [name] : [],
      )
    expect(files(noop)).toEqual([])
    expect(files(otel)).not.toEqual([])
  })

  it(`spends at most ${MAX_TELEMETRY_BYTES} bytes on all modules of telemetry, minified`, () => {
    const telemetry = ({ metafile: { outputs } }: Bundle): number =>
      Object.values(outputs)
        .flatMap(({ inputs }) => Object.entries(inputs))
        .filter(
          ([path]) => packageName(path).startsWith('@codex/otel-') && !APPLICATION_MODULES.includes(moduleName(path)),
        )
        .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)
    expect(telemetry(noop)).toBeGreaterThan(0)
    expect(telemetry(noop)).toBeLessThanOrEqual(MAX_TELEMETRY_BYTES)
    // The same sum over the other bundle counts the worker and all that is in it.
    expect(telemetry(otel)).toBeGreaterThan(100 * MAX_TELEMETRY_BYTES)
  })
})

describe.each([
  ['noop', noop],
  ['otel', otel],
] as const)('the build "%s"', (variant, bundle) => {
  const started = loadedAtStart(bundle)
  const packagesIn = (files: readonly string[]): string[] =>
    [
      ...new Set(files.flatMap(file => Object.keys(bundle.metafile.outputs[file]?.inputs ?? {}).map(packageName))),
    ].sort()

  it('consists of the files that are examined here', () => {
    expect(Object.keys(bundle.outputs).sort()).toEqual(filesOf(variant))
  })

  it('loads all but the chunks of the libraries when it starts', () => {
    const later = Object.keys(bundle.outputs).filter(file => !started.includes(file))
    expect(later.sort()).toEqual(CHUNKS.map(({ file }) => expect.stringMatching(`/${file}$`)))
    for (const [i, { library }] of CHUNKS.entries()) expect(packagesIn([later[i] as string])).toContain(library)
  })

  it("starts with the agent's own dependencies, without what is in the chunks", () => {
    const own = ['.', '@codex/otel-api', '@codex/otel-sdk', ...directDependencies(DEMO)]
    expect(packagesIn(started).filter(name => !own.includes(name))).toEqual([])
    for (const { library, token } of CHUNKS) {
      expect(packagesIn(started)).not.toContain(library)
      for (const file of started) expect(bundle.outputs[file]).not.toContain(token)
    }
  })
})

it.each(CHUNKS)('the chunk $file is the same in both builds, byte for byte', ({ file, token }) => {
  const chunk = ({ outputs }: Bundle): string | undefined =>
    Object.entries(outputs).find(([name]) => name.endsWith(`/${file}`))?.[1]
  expect(chunk(noop)).toContain(token)
  expect(chunk(noop) === chunk(otel)).toBe(true)
})
