import { readFileSync } from 'node:fs'
import type { OtelConfig } from '@codex/otel-api'
import { Ajv } from 'ajv'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { brokenExporters } from '../../src/config/broken-exporters.fixture.ts'
import { type BrokenTable, brokenOtherKeys } from '../../src/config/broken-tables.fixture.ts'
import { GOOD_ENVIRONMENT, goodTables } from '../../src/config/good-tables.fixture.ts'
import { resolveConfig } from '../../src/config/resolve-config.ts'
import { exporterKeys, headerSourceKeys, type Keys, otelKeys, tlsKeys } from '../../src/config/schema.ts'
import { configSchemaFile } from './config-schema.ts'
import { configType } from './config-type.ts'

const fileAt = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')

/** What a broken table says, of which nothing shows in the file alone, or nothing that a schema can express. */
const BEYOND_A_SCHEMA = [
  /which is not set$/,
  /^a setting that this version does not have yet$/,
  /while log_(?:user_prompt|agent_responses) is false$/,
  /would be sent in clear text$/,
  /^credentials in the URL/,
  /^the path "\/v1\/logs"$/,
  /^a reference to a variable in an argument$/,
  /^an empty value$/,
  /^the name "x-a" a second time$/,
  /^a pattern with a /,
  /^a ratio, beside the sampler/,
  /^fields that make no member$/,
]
/** Ports that there are none of, and certificates where nothing is encrypted. */
const BEYOND_A_PATTERN = ['https://a:99999/', 'https://me:hunter2@a:x/', 'http://a/v1/logs"\ntls']

const ajv = new Ajv({ allErrors: true, strictTuples: false })
const check = ajv.compile(JSON.parse(fileAt('packages/otel-sdk/otel.schema.json')))
/** As an editor sees the file: dates as texts. */
const isValid = (toml: string): boolean =>
  check(
    JSON.parse(
      JSON.stringify(parse(toml, { integersAsBigInt: false }), (_, value) => (Number.isNaN(value) ? 'nan' : value)),
    ),
  )

const isBeyond = ({ toml, env, found }: BrokenTable): boolean =>
  env !== undefined ||
  BEYOND_A_SCHEMA.some(pattern => pattern.test(found)) ||
  BEYOND_A_PATTERN.some(text => toml.includes(text))

describe('the JSON Schema of [otel]', () => {
  it.each(['packages/otel-sdk/otel.schema.json', 'docs/otel.schema.json'])(
    'is in %s what the schema of the validator says; `npm run docs` writes it',
    path => {
      expect(fileAt(path)).toBe(configSchemaFile())
    },
  )

  it.each(goodTables)('accepts what the validator accepts: %j', toml => {
    const { problems } = resolveConfig({
      table: parse(toml).otel,
      file: 'config.toml',
      text: toml,
      codexHome: '/home/dev/.codex',
      env: GOOD_ENVIRONMENT,
    })
    expect(problems).toEqual([])
    expect(isValid(toml), ajv.errorsText(check.errors)).toBe(true)
  })

  const examples = ['README.md', 'docs/configuration.md', 'docs/operating.md', 'packages/otel-sdk/README.md'].flatMap(
    page => [...fileAt(page).matchAll(/```toml\n(.*?)```/gs)].map(([, toml = '']) => [page, toml] as const),
  )
  it.each(examples)('accepts the examples of %s: %j', (_page, toml) => {
    const table = /^\s*\[otel/m.test(toml) ? toml : `[otel]\n${toml}`
    expect(isValid(table), ajv.errorsText(check.errors)).toBe(true)
  })

  it('accepts "statsig" of sample files', () => {
    expect(isValid('[otel]\nmetrics_exporter = "statsig"')).toBe(true)
    expect(isValid('[otel]\nmetrics_exporter = { statsig = {} }')).toBe(true)
  })

  const broken = [...brokenExporters, ...brokenOtherKeys]
  it.each(broken.filter(table => !isBeyond(table)))('refuses $key where it is $found', ({ toml }) => {
    expect(isValid(toml)).toBe(false)
  })

  it.each(broken.filter(isBeyond))('cannot tell $key where it is $found', ({ toml }) => {
    expect(isValid(toml), ajv.errorsText(check.errors)).toBe(true)
  })

  it('is tried with every key', () => {
    const used = goodTables.join('\n')
    const keysOf = (keys: Keys): string[] =>
      Object.entries(keys).flatMap(([key, spec]) => [
        key,
        ...(spec.type === 'table' && key !== 'tls' ? keysOf(spec.keys) : []),
      ])
    const all = [otelKeys, headerSourceKeys, tlsKeys, ...Object.values(exporterKeys)].flatMap(keysOf)
    expect(all.filter(key => !new RegExp(`\\b${key}\\b`).test(used))).toEqual([])
  })
})

describe('the type of [otel]', () => {
  it('is what the schema of the validator says; `npm run docs` writes it', () => {
    expect(fileAt('packages/otel-api/src/otel-config.ts')).toBe(configType())
  })

  it('takes a table that is written in code, and none with a mistake', () => {
    const table = {
      environment: 'prod',
      exporter: {
        'otlp-http': {
          endpoint: 'https://otel.example.com/v1/logs',
          protocol: 'json',
          headers: { 'x-api-key': '1', authorization: { command: ['my-token'] } },
          tls: { 'ca-certificate': 'ca.pem' },
        },
      },
      metrics_exporter: 'otlp-grpc',
      content: { tool_output: 'length', scrub_patterns: ['acme-[0-9]+'] },
      spool: { max_age: '7d' },
    } as const satisfies OtelConfig
    const { problems } = resolveConfig({ table, file: 'config.toml', codexHome: '/home/dev/.codex', env: {} })
    expect(problems).toEqual([])
    // @ts-expect-error an unknown key
    const unknownKey = { enviroment: 'prod' } satisfies OtelConfig
    // @ts-expect-error no such policy
    const noPolicy = { content: { tool_output: 'none' } } satisfies OtelConfig
    // @ts-expect-error one exporter only
    const two = { exporter: { 'otlp-http': {}, 'otlp-grpc': {} } } satisfies OtelConfig
    expect([unknownKey, noPolicy, two].map(wrong => check({ otel: wrong }))).toEqual([false, false, false])
  })
})
