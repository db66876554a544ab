// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tables hold references to variables.

import type { ConfigRow } from '@codex/otel-api'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { brokenExporters } from './broken-exporters.fixture.ts'
import { brokenOtherKeys } from './broken-tables.fixture.ts'
import { describeConfig } from './describe-config.ts'
import { type ConfigInput, type ResolvedConfig, resolveConfig } from './resolve-config.ts'

const canary = 'hunter2'

function resolveToml(toml: string, env: ConfigInput['env'] = {}, overrides: readonly string[] = []): ResolvedConfig {
  const table = parse(toml).otel
  return resolveConfig({ table, file: 'config.toml', text: toml, codexHome: '/h', env, overrides })
}

function row(rows: readonly ConfigRow[], key: string): string | undefined {
  const found = rows.find(candidate => candidate.key === key)
  return found && `${found.value} <- ${found.origin}`
}

test('each value in effect is shown with where it came from', () => {
  const toml = `[otel]
environment = "staging"
shutdown_timeout_ms = 100
exporter = "otlp-grpc"
[otel.resource]
team = "a"
`
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `https://me:${canary}@a`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canary}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '5',
    OTEL_RESOURCE_ATTRIBUTES: 'team=b,repo=c',
    HTTPS_PROXY: `http://me:${canary}@proxy`,
  }
  const rows = describeConfig(resolveToml(toml, env, ['otel.shutdown_timeout_ms']))
  expect(row(rows, 'otel.environment')).toBe('"staging" <- config.toml:2')
  expect(row(rows, 'otel.shutdown_timeout_ms')).toBe('100 <- command line')
  expect(row(rows, 'otel.exporter')).toBe('"otlp-grpc" <- config.toml:4')
  expect(row(rows, 'otel.exporter.otlp-grpc.endpoint')).toBe('"https://***@a" <- OTEL_EXPORTER_OTLP_ENDPOINT')
  expect(row(rows, 'otel.exporter.otlp-grpc.headers.authorization')).toBe('(hidden) <- OTEL_EXPORTER_OTLP_HEADERS')
  expect(row(rows, 'otel.exporter.otlp-grpc.timeout_ms')).toBe('5 <- OTEL_EXPORTER_OTLP_TIMEOUT')
  expect(row(rows, 'otel.exporter.otlp-grpc.compression')).toBe('"none" <- default')
  expect(row(rows, 'otel.exporter.otlp-grpc.proxy')).toBe('"http://***@proxy/" <- HTTPS_PROXY')
  expect(row(rows, 'otel.resource.team')).toBe('"a" <- config.toml:6')
  expect(row(rows, 'otel.resource.repo')).toBe('"c" <- OTEL_RESOURCE_ATTRIBUTES')
  expect(row(rows, 'otel.content.scrub')).toBe('true <- default')
  expect(rows.map(({ key }) => key)).toEqual([...new Set(rows.map(({ key }) => key))])
})

test('an exporter that is off because of a mistake says so', () => {
  const rows = describeConfig(resolveToml('[otel.exporter.otlp-http]\nendpoint = "x"'))
  expect(row(rows, 'otel.exporter')).toBe('off, see the problems <- config.toml:1')
  expect(rows.filter(({ key }) => key.startsWith('otel.exporter.'))).toEqual([])
})

test('a table is shown before the tables in it', () => {
  const toml =
    '[otel.exporter.otlp-http]\nendpoint = "https://a"\ntls = { ca-certificate = "c" }\nheaders = { a = "1" }'
  const keys = describeConfig(resolveToml(toml)).map(({ key }) => key)
  const [endpoint, certificate, header] = ['endpoint', 'tls.ca-certificate', 'headers.a'].map(key =>
    keys.indexOf(`otel.exporter.otlp-http.${key}`),
  )
  expect(endpoint).toBeLessThan(certificate ?? -1)
  expect(endpoint).toBeLessThan(header ?? -1)
})

test('the lines come from the file only when its text is known', () => {
  const rows = describeConfig(resolveConfig({ table: { environment: 'x' }, file: 'c.toml', codexHome: '/h', env: {} }))
  expect(row(rows, 'otel.environment')).toBe('"x" <- c.toml')
})

test('no secret is in what is shown or said', () => {
  const toml = `[otel]
exporter = { otlp-http = {
  endpoint = "http://me:${canary}@a/\${SECRET}?key=${canary}",
  headers = { authorization = "Bearer ${canary}", a = "\${SECRET}", b = "${canary}\\n", c = "\${MISSING}${canary}",
    d = { command = ["token", "${canary}"] }, e = "\${SECRET", f = "\u20ac${canary}" },
}}
metrics_exporter = { otlp-grpc = { endpoint = "https://me:${canary}@b:x", headers = { a = ["${canary}"] } } }
trace_exporter = "https://me:${canary}/x@c"
resource = { a = "\${SECRET}", b = "\${MISSING}${canary}" }
content = { scrub_patterns = ["${canary}", "${canary}("] }
`
  const env = {
    SECRET: canary,
    OTEL_EXPORTER_OTLP_HEADERS: canary,
    OTEL_EXPORTER_OTLP_ENDPOINT: `me:${canary}@a`,
    HTTP_PROXY: `http://me:${canary}@proxy`,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: `-----BEGIN PRIVATE KEY-----\n${canary}`,
  }
  const variants = [
    '[otel.exporter.otlp-http.headers]\na = { file = "/keys/${SECRET}" }\nb = { file = "Bearer hunter2" }',
    '[otel.exporter.otlp-http.tls]\nca-certificate = "/keys/${SECRET}"',
    toml,
    toml.replace('"${canary}("', '"x"'),
    toml.replace(`, "${canary}("`, ''),
    '[otel]\nexporter = "otlp-http"',
  ]
  for (const resolved of variants.map(variant => resolveToml(variant, env))) {
    expect(JSON.stringify([resolved.problems, describeConfig(resolved)])).not.toContain(canary)
  }
  expect(JSON.stringify(resolveToml(variants[4] ?? '', env).config.logs)).toContain(canary)
  for (const { toml: broken, env: variables } of [...brokenExporters, ...brokenOtherKeys]) {
    const resolved = resolveToml(broken, variables)
    expect(JSON.stringify([resolved.problems, describeConfig(resolved)])).not.toContain(canary)
  }
})
