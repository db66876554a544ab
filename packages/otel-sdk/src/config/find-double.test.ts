import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { findDouble } from './find-double.ts'
import { resolveConfig } from './resolve-config.ts'

function problemsOf(text: string) {
  try {
    parse(text)
  } catch (error) {
    return resolveConfig({ table: error, file: 'config.toml', text, codexHome: '/h', env: {} }).problems
  }
  throw new Error('the text is TOML')
}

const delete24 = 'one of them: delete line 2 or line 4'

test.each([
  [
    '[otel]\nexporter = "otlp-http"\nenvironment = "x"\nexporter = "otlp-grpc"',
    4,
    'exporter twice: in line 2 and in line 4',
    delete24,
  ],
  [
    '[otel]\nexporter = "a"\n# one more\nexporter = { otlp-http = {\n endpoint = "b" } }',
    4,
    'exporter twice: in line 2 and in line 4',
    delete24,
  ],
  ['[otel]\n"exporter" = "a"\n\nexporter = "a"', 4, 'exporter twice: in line 2 and in line 4', delete24],
  ['model = "m"\notel.exporter = "a"\n\notel.exporter = "b"', 4, 'exporter twice: in line 2 and in line 4', delete24],
  [
    '[otel]\nmetrics_exporter = "a"\n\nmetrics_exporter = "b"',
    4,
    'metrics_exporter twice: in line 2 and in line 4',
    delete24,
  ],
  ['[otel.spool]\nmax_age = "7d"\n\nmax_age = "8d"', 4, 'spool.max_age twice: in line 2 and in line 4', delete24],
  [
    '[otel]\nexporter = { otlp-http = {\n  endpoint = "a",\n  endpoint = "b" } }',
    4,
    'exporter.otlp-http.endpoint twice: in line 3 and in line 4',
    'one of them: delete line 3 or line 4',
  ],
  ['[otel]\nresource = { a = "1", a = "2" }', 2, 'resource.a twice: in line 2', 'one of them'],
  [
    '[otel]\nenvironment = "a"\n[model_providers.x]\nname = "x"\n[otel]\nexporter = "none"',
    5,
    '[otel] twice: in line 1 and in line 5',
    'one of them: write the keys of both below one [otel]',
  ],
  [
    '[otel.exporter.otlp-http]\nendpoint = "a"\n[otel.exporter.otlp-http]\nprotocol = "json"',
    3,
    '[otel.exporter.otlp-http] twice: in line 1 and in line 3',
    'one of them: write the keys of both below one [otel.exporter.otlp-http]',
  ],
  [
    '[otel]\nexporter.otlp-http.endpoint = "a"\n[otel.exporter]\notlp-grpc = {}',
    3,
    '[otel.exporter] twice: in line 2 and in line 3',
    'one of them: write the keys of both below one [otel.exporter]',
  ],
])('a key that is written twice is named with both lines: %j', (text, line, found, allowed) => {
  expect(problemsOf(text)).toMatchObject([{ severity: 'error', key: 'otel', line, found, allowed }])
})

test('what may be written twice is not taken for the mistake', () => {
  const lists = '[otel]\na = [{ b = 1 }, { b = 2 }]\n[[otel.c]]\nd = 1\n[[otel.c]]\nd = 2\n'
  expect(findDouble(lists)).toBeUndefined()
  const tables =
    '[otel.exporter.otlp-http]\nendpoint = "a"\n[otel.exporter]\n[otel]\nspool.max_age = "7d"\nspool.enabled = true'
  expect(findDouble(tables)).toBeUndefined()
  expect(findDouble('[mcp]\na = 1\na = 2\n[otel]\na = 1')).toBeUndefined()
  expect(problemsOf(`${lists}[otel.x]\ny = 1\ny = 2\n`)).toMatchObject([
    { line: 9, found: 'x.y twice: in line 8 and in line 9' },
  ])
})

test('a name that may be a secret is not repeated', () => {
  const name = 'sk1234567890abcdefghij1234567890'
  const [problem] = problemsOf(`[otel.exporter.otlp-http.headers]\n${name} = "a"\n${name} = "b"`)
  expect(problem?.line).toBe(3)
  expect(problem?.message).not.toContain(name)
})
