// biome-ignore-all lint/suspicious/noTemplateCurlyInString: some values hold references to variables.

import fc from 'fast-check'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { growthOf } from '../content/growth.fixture.ts'
import { describeConfig } from './describe-config.ts'
import { locateKeys } from './locate-keys.ts'
import { resolveConfig } from './resolve-config.ts'
import { exporterKeys, headerSourceKeys, otelKeys, tlsKeys } from './schema.ts'

const names = [otelKeys, ...Object.values(exporterKeys), tlsKeys, headerSourceKeys].flatMap(keys => Object.keys(keys))
const key = fc.oneof(
  fc.constantFrom(...names, ...Object.keys(exporterKeys), '__proto__', 'constructor', ''),
  fc.string(),
)
const text = fc.oneof(
  fc.constantFrom(
    'none',
    'otlp-http',
    'otlp-grpc',
    'https://a/v1',
    'http://u:p@[::1]:1',
    '${A}',
    '${A:-${B}}',
    '7d',
    'full',
  ),
  fc.string({ unit: 'binary' }),
)
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: false }),
  fc.constant(undefined),
)
const { table } = fc.letrec(tie => ({
  table: fc.dictionary(key, tie('value') as fc.Arbitrary<unknown>, { maxKeys: 8 }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('table'), fc.array(tie('value'))),
}))
const env = fc.dictionary(
  fc.constantFrom(
    'A',
    'B',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_RESOURCE_ATTRIBUTES',
    'OTEL_SDK_DISABLED',
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
  ),
  text,
)

function resolveAll(value: unknown, variables: Record<string, string>, file?: string) {
  const resolved = resolveConfig({
    table: value,
    file: 'config.toml',
    text: file,
    codexHome: '/home/dev/.codex',
    env: variables,
    overrides: Object.keys(variables),
  })
  for (const { message } of resolved.problems) expect(message).not.toMatch(/\p{Cc}/u)
  for (const row of describeConfig(resolved)) expect(`${row.key}${row.value}`).not.toMatch(/\p{Cc}/u)
  expect(structuredClone(resolved.config)).toEqual(resolved.config)
  return resolved
}

test('no table makes it throw, and what is said fits on a line', () => {
  fc.assert(
    fc.property(table, env, text, (value, variables, file) => void resolveAll(value, variables, file)),
    { numRuns: 1000 },
  )
})

test('no value makes it throw', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSparseArray: true,
        withTypedArray: true,
      }),
      value => void resolveAll(value, {}),
    ),
  )
})

test('a value that throws when it is read turns everything off', () => {
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no')
      },
    },
  )
  const cyclic: Record<string, unknown> = { environment: 'x' }
  cyclic.resource = cyclic
  expect(resolveAll(hostile, {}).problems).toMatchObject([{ severity: 'error', key: 'otel' }])
  expect(resolveAll(cyclic, {}).config.environment).toBe('x')
})

test('no text makes the search for lines throw or run away', () => {
  const piece = fc.constantFrom(
    '[otel]',
    '[[',
    ']',
    '{',
    '}',
    '=',
    '"',
    "'",
    '"""',
    "'''",
    '#',
    '\n',
    '\\',
    ',',
    '.',
    'a',
    ' ',
    '1',
  )
  const textual = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 200 }).map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(textual, file => void locateKeys(file).line(['otel', 'exporter'])),
    { numRuns: 2000 },
  )
  const locate = (file: string) => locateKeys(file).line(['a'])
  for (const part of ['[', '{', 'a={', 'a=[', 'a."', 'a="""\\', ' ', '#']) {
    const of = (length: number) => part.repeat(length / part.length)
    expect(growthOf(locate, { of, length: 400_000 }), part).toBeLessThan(2.5)
  }
})

test('whatever the TOML parser accepts is resolved', () => {
  const value = fc.constantFrom(
    '1',
    '"x"',
    'true',
    '[1, 2]',
    '{ a = 1 }',
    '{ otlp-http = { endpoint = "x" } }',
    '1979-05-27',
    'inf',
  )
  const line = fc.tuple(fc.constantFrom('exporter', 'resource', 'content.prompt', 'spool.max_age', 'x'), value)
  fc.assert(
    fc.property(fc.uniqueArray(line, { selector: ([name]) => name }), lines => {
      const file = `[otel]\n${lines.map(([name, item]) => `${name} = ${item}`).join('\n')}`
      resolveAll(parse(file).otel, {}, file)
    }),
  )
})
