// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tables hold references to variables.

import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { type ExporterConfig, isOtlp, type OtlpExporterConfig } from './effective-config.ts'
import { type ConfigInput, type ResolvedConfig, resolveConfig } from './resolve-config.ts'

const codexHome = '/home/dev/.codex'

function resolveToml(toml: string, env: ConfigInput['env'] = {}, more: Partial<ConfigInput> = {}): ResolvedConfig {
  const table = parse(toml).otel
  return resolveConfig({ table, file: 'config.toml', text: toml, codexHome, env, ...more })
}

/** The logs exporter of a table in which nothing is wrong. */
function logsOf(toml: string, env: ConfigInput['env'] = {}): OtlpExporterConfig | undefined {
  const { config, problems } = resolveToml(toml, env)
  expect(problems).toEqual([])
  return otlp(config.logs)
}

const otlp = (exporter: ExporterConfig | undefined): OtlpExporterConfig | undefined =>
  isOtlp(exporter) ? exporter : undefined

const fromFile = '[otel.exporter.otlp-http]\nendpoint = "https://otel.example.com/x"\n'

describe('the spellings of the documentation', () => {
  test('an inline table over several lines, with a header from a variable', () => {
    const toml = `[otel]
exporter = { otlp-http = {
  endpoint = "https://otel.example.com/v1/logs",
  protocol = "binary",
  headers = { "x-otlp-api-key" = "\${OTLP_TOKEN}" }
}}
`
    expect(logsOf(toml, { OTLP_TOKEN: 'hunter2' })).toEqual({
      protocol: 'http/protobuf',
      endpoint: 'https://otel.example.com/v1/logs',
      headers: [{ name: 'x-otlp-api-key', value: 'hunter2' }],
      compression: 'none',
      timeoutMs: 10_000,
      tls: undefined,
    })
  })

  test('gRPC', () => {
    const toml = `[otel]
exporter = { otlp-grpc = {
  endpoint = "https://otel.example.com:4317",
  headers = { "x-otlp-meta" = "abc123" }
}}
`
    expect(logsOf(toml)).toEqual({
      protocol: 'grpc',
      endpoint: 'https://otel.example.com:4317',
      headers: [{ name: 'x-otlp-meta', value: 'abc123' }],
      compression: 'none',
      timeoutMs: 10_000,
      tls: undefined,
    })
  })

  test('a table of its own', () => {
    const toml = `[otel]
environment = "staging"
log_user_prompt = false
[otel.exporter."otlp-grpc"]
endpoint = "https://otel.example.com:4317"
headers = { "x-otlp-meta" = "abc123" }
`
    const { config, problems } = resolveToml(toml)
    expect(problems).toEqual([])
    expect(config).toMatchObject({ environment: 'staging', content: { prompt: 'off' }, logs: { protocol: 'grpc' } })
  })

  test('JSON', () => {
    expect(logsOf(`${fromFile}protocol = "json"`)?.protocol).toBe('http/json')
  })

  test.each(['', '[other]\na = 1', '[otel]', '[otel]\nexporter = "none"'])('nothing is exported by %j', toml => {
    const { config, problems } = resolveToml(toml, { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a', OTEL_SDK_DISABLED: '?' })
    expect(problems).toEqual([])
    expect(config).toMatchObject({ environment: 'dev', shutdownTimeoutMs: 500, logs: undefined, metrics: undefined })
  })
})

describe('the endpoint', () => {
  test.each([
    ['otlp-http', {}, 'http://localhost:4318/v1/logs'],
    ['otlp-grpc', {}, 'http://localhost:4317'],
    ['otlp-http', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a:1/base/' }, 'https://a:1/base/v1/logs'],
    ['otlp-grpc', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a:1' }, 'https://a:1'],
    [
      'otlp-http',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://b/in' },
      'https://b/in',
    ],
    [
      'otlp-http',
      { OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://b/in' },
      'http://localhost:4318/v1/logs',
    ],
  ])('of a bare %s with %j is %s', (kind, env, endpoint) => {
    expect(logsOf(`[otel]\nexporter = "${kind}"`, env)?.endpoint).toBe(endpoint)
  })

  test('in the file is used exactly as written, whatever the environment says', () => {
    const toml = '[otel.exporter.otlp-http]\nendpoint = "HTTPS://Otel.Example.com:443/a/../v1/logs?x=%20"'
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://a' }
    expect(logsOf(toml, env)?.endpoint).toBe('HTTPS://Otel.Example.com:443/a/../v1/logs?x=%20')
  })

  test('may hold variables and defaults', () => {
    const toml = '[otel.exporter.otlp-http]\nendpoint = "https://${HOST}:${PORT:-4318}/v1/$$logs"'
    expect(logsOf(toml, { HOST: 'a' })?.endpoint).toBe('https://a:4318/v1/$logs')
    const odd = '[otel.exporter.otlp-http]\nendpoint = "https://a/${__proto__:-b}"'
    expect(logsOf(odd, {})?.endpoint).toBe('https://a/b')
  })

  test('of one signal can be wrong while the others go on', () => {
    const { config } = resolveToml(
      '[otel]\nexporter = "otlp-http"\ntrace_exporter = { otlp-grpc = { endpoint = "x" } }',
    )
    expect([otlp(config.logs)?.endpoint, config.traces]).toEqual(['http://localhost:4318/v1/logs', undefined])
  })
})

test('a table that is no TOML switches everything off, with the line of the mistake and none of the text', () => {
  const text = '[otel]\nexporter = "otlp-http"\nkey = "hunter2\n'
  const error = (() => {
    try {
      return parse(text)
    } catch (thrown) {
      return thrown
    }
  })()
  const { config, problems } = resolveConfig({ table: error, file: 'config.toml', text, codexHome: '/h', env: {} })
  expect(config.logs).toBeUndefined()
  expect(problems).toMatchObject([{ severity: 'error', key: 'otel', line: 3, allowed: 'valid TOML' }])
  expect(problems[0]?.message).toMatch(
    /^config.toml:3: otel: found a syntax error \(.+\); allowed: valid TOML; nothing is exported$/,
  )
  expect(problems[0]?.message).not.toContain('hunter2')
})

test('a malformed endpoint of the environment switches off each signal that would go there', () => {
  const toml = '[otel]\nexporter = "otlp-http"\nmetrics_exporter = "otlp-grpc"'
  const { config, problems } = resolveToml(toml, { OTEL_EXPORTER_OTLP_ENDPOINT: 'host:4317' })
  expect([config.logs, config.metrics]).toEqual([undefined, undefined])
  expect(problems.map(({ severity, message }) => [severity, message.split('; ').at(-1)])).toEqual([
    ['error', 'log events are not exported'],
    ['error', 'metrics are not exported'],
  ])
})

test('an exporter without an endpoint, but with an unknown key, says where data goes', () => {
  const { config, problems } = resolveToml('[otel]\nexporter = { otlp-http = { url = "http://h" } }')
  expect(otlp(config.logs)?.endpoint).toBe('http://localhost:4318/v1/logs')
  expect(problems.map(({ key }) => key)).toEqual(['otel.exporter.otlp-http.url', 'otel.exporter.otlp-http.endpoint'])
  expect(problems[1]?.message).toContain('logs go to "http://localhost:4318/v1/logs"')
})

test.each(['metrics_exporter', 'exporter', 'trace_exporter'])('%s = "statsig" is off with one notice', key => {
  for (const value of ['"statsig"', '{ statsig = {} }']) {
    const resolved = resolveToml(`[otel]\n${key} = ${value}`)
    expect(resolved.problems.map(({ severity, line }) => [severity, line])).toEqual([['notice', 2]])
    expect(resolved.config).toMatchObject({ logs: undefined, metrics: undefined, traces: undefined })
    expect(resolved.settings).toContainEqual(expect.objectContaining({ path: ['otel', key], value: 'none' }))
  }
})

test('keys of traces in the sample file of the Codex CLI are taken', () => {
  const toml = '[otel]\ntrace_exporter = "none"\nspan_attributes = { a = "b" }\ntracestate = { a = { b = "c" } }'
  const { config, problems } = resolveToml(toml)
  expect(problems).toEqual([])
  expect(config.traces).toBeUndefined()
})

test('a malformed entry of NO_PROXY is one notice and widens nothing', () => {
  const env = { HTTPS_PROXY: 'http://proxy.example.com', NO_PROXY: '10.0.0.0/99' }
  const { config, problems } = resolveToml(fromFile, env)
  expect(otlp(config.logs)?.proxy).toBe('http://proxy.example.com/')
  expect(problems.map(({ severity, key }) => [severity, key])).toEqual([['notice', 'NO_PROXY']])
})

test.each([
  ['[otel]\nexporter = "none"\n[otel.exporter.otlp-http]\nendpoint = "https://a"', 2, 3],
  ['[otel.metrics_exporter."otlp-grpc"]\nendpoint = "https://a"\n[otel]\nmetrics_exporter = "none"', 4, 1],
  ['[otel]\nexporter = { otlp-http = {} }\nexporter.otlp-http.endpoint = "https://a"', 2, 3],
])('an exporter as a value and as a table names both lines: %j', (text, value, table) => {
  let error: unknown
  try {
    parse(text)
  } catch (thrown) {
    error = thrown
  }
  const { problems } = resolveConfig({ table: error, file: 'config.toml', text, codexHome, env: {} })
  expect(problems).toMatchObject([{ severity: 'error', line: Math.max(value, table) }])
  expect(problems[0]?.message).toContain(`as a value in line ${value} and as the table`)
  expect(problems[0]?.message).toContain(`in line ${table}; allowed: one of them: delete line ${value}`)
})

test.each([
  ['[otel]\nendpoint = "https://a"', '[otel.exporter.otlp-http]: endpoint'],
  ['[otel]\nheaders = { a = "1" }', '[otel.exporter.otlp-http]: headers'],
  ['[otel]\ntimeout_ms = 5', '[otel.exporter.otlp-http]: timeout_ms'],
  ['[otel]\nca-certificate = "a"', '[otel.exporter.otlp-http.tls]: ca-certificate'],
  ['[otel.exporter]\nendpoint = "https://a"', '[otel.exporter.otlp-http]: endpoint'],
  ['[otel.exporter]\nprotocol = "json"\notlp-http = {}', '[otel.exporter.otlp-http]: protocol'],
  ['[otel.metrics_exporter]\nendpoint = "https://a"\notlp-grpc = {}', '[otel.metrics_exporter.otlp-grpc]: endpoint'],
  [`${fromFile}[otel.exporter.otlp-http.headers]\nendpoint = "https://a"`, '[otel.exporter.otlp-http]: endpoint'],
  [`${fromFile}[otel.exporter.otlp-http.tls]\nprotocol = "json"`, '[otel.exporter.otlp-http]: protocol'],
  [`${fromFile}ca-certificate = "a"`, '[otel.exporter.otlp-http.tls]: ca-certificate'],
])('the message for a key at the wrong depth says where it belongs: %j', (toml, place) => {
  expect(resolveToml(toml).problems[0]?.allowed).toBe(`this line below ${place} = ...`)
})

test('the switches of single events have the defaults of the Codex CLI, and can be set', () => {
  expect(resolveToml('').config.content).toMatchObject({
    sseDeltas: true,
    agentResponse: 'off',
    guardianRationale: 'off',
    ownEvents: 'full',
    toolOutputBytes: 2048,
  })
  const toml = `[otel]
log_sse_deltas = false
log_agent_responses = true
log_guardian_assessments = true
[otel.tool_result]
max_bytes = 100`
  const { config, problems } = resolveToml(toml)
  expect(problems).toEqual([])
  expect(config.content).toMatchObject({
    sseDeltas: false,
    agentResponse: 'full',
    guardianRationale: 'full',
    ownEvents: 'full',
    toolOutputBytes: 100,
  })
})

test('headers_helper of [otel] is for each exporter that has none of its own', () => {
  const toml = `[otel]
headers_helper = "/bin/helper --secret"
headers_helper_refresh_interval_ms = 60000
exporter = { otlp-http = { endpoint = "https://a/v1/logs" } }
metrics_exporter = { otlp-grpc = { endpoint = "https://a", headers_helper = "own", headers_helper_refresh_interval_ms = 5 } }`
  const { config, problems, settings } = resolveToml(toml)
  expect(problems).toEqual([])
  expect(otlp(config.logs)?.headersHelper).toEqual({ command: '/bin/helper --secret', refreshMs: 60_000 })
  expect(otlp(config.metrics)?.headersHelper).toEqual({ command: 'own', refreshMs: 5 })
  expect(JSON.stringify(settings)).not.toContain('--secret')
})

test.each(['headers_helper = 5', 'headers_helpr = "x"'])('%s stops the export', line => {
  const { config, problems } = resolveToml(`[otel]\n${line}\nexporter = "otlp-http"`)
  expect(config.logs).toBeUndefined()
  expect(problems).toMatchObject([{ severity: 'error', line: 2 }])
})

describe('line breaks at the end of a variable', () => {
  test('are left out of headers, endpoints and paths', () => {
    const toml = `[otel.exporter.otlp-http]\nendpoint = "\${URL}"\nheaders = { a = "Bearer \${T}", b = "\${T};\${T}" }
tls = { ca-certificate = "\${CA}" }`
    const env = { URL: 'https://a/v1/logs\r\n', T: 'abc\n\n', CA: '/ca.pem\n' }
    expect(logsOf(toml, env)).toMatchObject({
      endpoint: 'https://a/v1/logs',
      headers: [
        { name: 'a', value: 'Bearer abc' },
        { name: 'b', value: 'abc;abc' },
      ],
      tls: { caCertificate: '/ca.pem' },
    })
  })

  test('are left out of the standard variables', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a\n',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-a=1%0A,x-b=2\r\n',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem\n',
    }
    expect(logsOf('[otel]\nexporter = "otlp-http"', env)).toMatchObject({
      endpoint: 'https://a/v1/logs',
      headers: [
        { name: 'x-a', value: '1' },
        { name: 'x-b', value: '2' },
      ],
      tls: { caCertificate: '/ca.pem' },
    })
  })

  test('stay an error in the middle', () => {
    const { config, problems } = resolveToml(`${fromFile}headers = { a = "\${T}" }`, { T: 'a\nb\n' })
    expect([otlp(config.logs)?.headers, problems.length]).toEqual([[], 1])
  })
})

describe('headers', () => {
  test('come from texts, files and programs', () => {
    const toml = `${fromFile}[otel.exporter.otlp-http.headers]
Authorization = "Bearer \${TOKEN:-none}"
x-file = { file = "token" }
x-env-file = { file = "\${KEYS}/token" }
x-helper = { command = ["./bin/token", "a"], ttl_ms = 60000 }
x-env-helper = { command = ["\${KEYS}/bin", "a"] }
x-shell = { command = ["sh", "-c", "echo \${TOKEN}"] }
x-name = { command = ["token"] }
`
    expect(logsOf(toml, { KEYS: '/keys' })?.headers).toEqual([
      { name: 'authorization', value: 'Bearer none' },
      { name: 'x-file', file: '/home/dev/.codex/token' },
      { name: 'x-env-file', file: '/keys/token', shownFile: '${KEYS}/token' },
      { name: 'x-helper', command: ['/home/dev/.codex/bin/token', 'a'], ttlMs: 60_000 },
      { name: 'x-env-helper', command: ['/keys/bin', 'a'], ttlMs: 300_000, shownProgram: '${KEYS}/bin' },
      { name: 'x-shell', command: ['sh', '-c', 'echo ${TOKEN}'], ttlMs: 300_000 },
      { name: 'x-name', command: ['token'], ttlMs: 300_000 },
    ])
  })

  test('without their variable are left out, and the others stay', () => {
    const toml = `${fromFile}headers = { a = "\${MISSING}", b = "1" }`
    expect(resolveToml(toml, { MISSING: '' }).config.logs).toMatchObject({
      headers: [{ name: 'b', value: '1' }],
      leftOutHeaders: ['a'],
    })
  })

  test.each([
    [`${fromFile}headers = { A = "\${MISSING", b = "1", B = "2" }`, {}, ['a']],
    ['[otel]\nexporter = "otlp-http"', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization' }, ['OTEL_EXPORTER_OTLP_HEADERS']],
    ['[otel]\nexporter = "otlp-http"', { OTEL_EXPORTER_OTLP_HEADERS: 'x-a=%0A,x-b=1' }, ['x-a']],
  ])('that are left out are remembered: %s', (toml, env, leftOut) => {
    const variables = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a' }
    expect(otlp(resolveToml(toml, variables).config.logs)?.leftOutHeaders).toEqual(leftOut)
  })

  const secrets = {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20general,x-b=2',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
  }

  test('and certificates of the environment go to an endpoint of the environment', () => {
    const env = { ...secrets, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a' }
    expect(logsOf('[otel]\nexporter = "otlp-http"', env)).toMatchObject({
      headers: [
        { name: 'authorization', value: 'Bearer general' },
        { name: 'x-b', value: '2' },
      ],
      tls: { caCertificate: '/ca.pem', clientCertificate: '/cert.pem', clientPrivateKey: '/key.pem' },
    })
    const own = { ...env, OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'x-own=1' }
    expect(logsOf('[otel]\nexporter = "otlp-http"', own)?.headers).toEqual([{ name: 'x-own', value: '1' }])
  })

  test.each([
    '[otel]\nexporter = "otlp-http"',
    fromFile,
    '[otel]\nexporter = { otlp-grpc = { endpoint = "https://a" } }',
  ])('and certificates of the environment do not go to an endpoint of the file or the default one: %j', toml => {
    expect(logsOf(toml, secrets)).toMatchObject({ headers: [], tls: undefined })
  })

  test('of the file are not mixed with those of the environment', () => {
    const toml = '[otel.exporter.otlp-http]\nheaders = { x-file = "1" }\ntls = { ca-certificate = "ca.pem" }'
    const logs = logsOf(toml, { ...secrets, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a' })
    expect(logs?.headers).toEqual([{ name: 'x-file', value: '1' }])
    expect(logs?.tls).toEqual({ caCertificate: '/home/dev/.codex/ca.pem' })
  })
})

describe('other keys of an exporter', () => {
  test('count before the environment, which counts before the default', () => {
    const env = {
      OTEL_EXPORTER_OTLP_TIMEOUT: '7',
      OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '8',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    }
    expect(logsOf(fromFile, env)).toMatchObject({ timeoutMs: 8, compression: 'gzip' })
    expect(logsOf(`${fromFile}timeout_ms = 9\ncompression = "none"`, env)).toMatchObject({
      timeoutMs: 9,
      compression: 'none',
    })
  })

  test("name certificates in either spelling, relative to the agent's directory", () => {
    const toml = `${fromFile}tls = { ca_certificate = "/etc/ca.pem", client-certificate = "c.pem", client_private_key = "../k.pem" }`
    expect(logsOf(toml)?.tls).toEqual({
      caCertificate: '/etc/ca.pem',
      clientCertificate: '/home/dev/.codex/c.pem',
      clientPrivateKey: '/home/dev/k.pem',
    })
  })

  test('include the proxy of the environment, but not for loopback', () => {
    const env = { HTTPS_PROXY: 'proxy.example.com:3128', http_proxy: 'http://proxy.example.com:3128' }
    expect(logsOf(fromFile, env)?.proxy).toBe('http://proxy.example.com:3128/')
    expect(logsOf('[otel]\nexporter = "otlp-http"', env)?.proxy).toBeUndefined()
  })
})

describe('resource attributes', () => {
  test("come from the file and the environment, and never override the library's own", () => {
    const env = {
      OTEL_RESOURCE_ATTRIBUTES: 'team=a%20b, service.name=x,host.name=y,telemetry.sdk.name=z,repo=env',
      ORG: 'o',
    }
    const { config, problems } = resolveToml(
      `${fromFile}[otel.resource]\nrepo = "file"\norg = "\${ORG}"\n__proto__ = "p"`,
      env,
    )
    expect(problems).toEqual([])
    expect(Object.entries(config.resource)).toEqual([
      ['team', 'a b'],
      ['repo', 'file'],
      ['org', 'o'],
      ['__proto__', 'p'],
    ])
  })
})

describe('the content policy', () => {
  test.each([
    ['', 'off'],
    ['log_user_prompt = true', 'full'],
    ['log_user_prompt = true\ncontent = { prompt = "length" }', 'length'],
    ['content = { prompt = "full" }', 'full'],
  ])('of prompts with %j is %s', (toml, prompt) => {
    const { config, problems } = resolveToml(`[otel]\n${toml}`)
    expect(problems).toEqual([])
    expect(config.content.prompt).toBe(prompt)
  })

  test('hides what a wrong value was about, and everything when all of it is wrong', () => {
    const one = resolveToml('[otel.content]\ntool_output = "none"\nemail = "hash"').config.content
    expect(one).toMatchObject({ toolOutput: 'off', email: 'hash', toolArguments: 'full' })
    const logged = 'log_user_prompt = true\nlog_agent_responses = true\nlog_guardian_assessments = true'
    const all = resolveToml(`[otel]\n${logged}\ncontent = "off"`).config.content
    expect(all).toMatchObject({
      prompt: 'off',
      toolArguments: 'off',
      toolOutput: 'off',
      errorText: 'off',
      email: 'off',
      accountId: 'off',
      agentResponse: 'off',
      guardianRationale: 'off',
      ownEvents: 'off',
    })
  })
  test('counts a misspelt key as the safer value of the one that was meant', () => {
    const exporter = '[otel]\nexporter = "otlp-http"\n'
    const withheld = resolveToml(`${exporter}[otel.content]\ntool_outputs = "off"\ntool_output = "full"\n`)
    expect(withheld.config.content).toMatchObject({ toolOutput: 'off', toolArguments: 'full' })
    expect(withheld.problems.map(({ message }) => message)).toEqual([
      'config.toml:4: otel.content.tool_outputs: found the unknown key "tool_outputs"; allowed: "tool_output" (did you mean that?); "tool_output" counts as "off"',
    ])
    const table = resolveToml(`${exporter}[otel.contents]\nemail = "off"\n`)
    expect(table.config.content).toMatchObject({ prompt: 'off', toolOutput: 'off', email: 'off', accountId: 'off' })
    const patterns = resolveToml(`${exporter}[otel.content]\nscrub_pattern = ["x"]\n`)
    expect(patterns.config.logs).toBeUndefined()
    expect(patterns.problems).toMatchObject([{ severity: 'error', line: 4, key: 'otel.content.scrub_pattern' }])
    const other = resolveToml(`${exporter}[otel.content]\nzzzz = "off"\n`)
    expect(other.config.content).toMatchObject({ toolOutput: 'full', prompt: 'off' })
    expect(other.config.logs).toBeDefined()
  })

  test('applies patterns beside scrub = false', () => {
    const { config, problems } = resolveToml('[otel.content]\nscrub = false\nscrub_patterns = ["x"]')
    expect(config.content).toMatchObject({ scrub: true, scrubPatterns: ['x'] })
    expect(problems).toMatchObject([{ severity: 'warning', key: 'otel.content.scrub', line: 2 }])
    expect(resolveToml('[otel.content]\nscrub = false').config.content.scrub).toBe(false)
  })
})

test('metrics and the spool have settings of their own', () => {
  const toml = `[otel]
metrics_exporter = "otlp-http"
metrics.temporality = "cumulative"
spool = { enabled = false, max_bytes = 1048576, max_age = "12h" }
`
  const { config, problems } = resolveToml(toml, { OTEL_METRIC_EXPORT_INTERVAL: '1000' })
  expect(problems).toEqual([])
  expect(config).toMatchObject({
    metrics: { endpoint: 'http://localhost:4318/v1/metrics' },
    metricsTemporality: 'cumulative',
    metricsIntervalMs: 1000,
    spool: { enabled: false, directory: '/home/dev/.codex/otel-spool', maxBytes: 1_048_576, maxAgeMs: 43_200_000 },
  })
})

test('a key that was set on the command line is said to be there', () => {
  const toml = '[otel]\nenvironment = "dev"'
  const input = {
    table: { environment: 1, exporter: { 'otlp-http': { 'time.out': 5 } } },
    file: 'config.toml',
    text: toml,
    codexHome,
    env: {},
  }
  const overrides = ['otel.environment', 'otel.exporter.otlp-http."time.out"']
  const [unknown, wrong] = resolveConfig({ ...input, overrides }).problems.reverse()
  expect([wrong?.file, wrong?.line, wrong?.message.split(':')[0]]).toEqual(['command line', undefined, 'command line'])
  expect([unknown?.file, unknown?.key]).toEqual(['command line', 'otel.exporter.otlp-http."time.out"'])
})

test('the variables that headers and credentials refer to are named', () => {
  const headers = 'headers = { a = "${A}${B:-x}" }'
  const plain = `[otel.exporter.otlp-http]\nendpoint = "https://\${HOST}/"\n${headers}`
  expect(resolveToml(plain, { HOST: 'h', A: 'a' }).secretVariables).toEqual(['A', 'B'])
  const withQuery = '[otel.exporter.otlp-http]\nendpoint = "https://a/?key=${KEY}"'
  expect(resolveToml(withQuery, { KEY: 'k' }).secretVariables).toEqual(['KEY'])
  const withPath = '[otel.exporter.otlp-http]\nendpoint = "https://a/ingest/${KEY}/v1/logs"'
  expect(resolveToml(withPath, { KEY: 'k' }).secretVariables).toEqual(['KEY'])
})

test.each([
  'exporter = { otlp-htp = { headers = { a = "${KEY}" } } }',
  'exporters = { otlp-http = { headers = { a = "${KEY}" } } }',
  'exporter = { otlp-http = { endpoint = "x", headers = { a = "${KEY}" } } }',
  'exporter = "{otlp-http={headers={a=\\"${KEY}"',
])('so are those of an exporter that is wrong: %s', toml => {
  expect(resolveToml(`[otel]\n${toml}\nresource = { team = "\${TEAM}" }`, { TEAM: 't' }).secretVariables).toEqual([
    'KEY',
  ])
})

test.each([
  ['http://c.example:${PORT}/v1/logs', []],
  ['${BASE}/v1/logs', []],
  ['http://c.example/ingest/${KEY}/v1/logs', ['the value of a variable']],
  ['http://c.example/v1/logs?api_key=${KEY}', ['the query']],
  ['https://c.example/ingest/${KEY}/v1/logs', []],
  ['http://127.0.0.1/ingest/${KEY}/v1/logs', []],
])('what may be a key in %s is not sent in clear text without a word', (endpoint, credentials) => {
  const env = { KEY: 'token', PORT: '4318', BASE: 'http://c.example/' }
  const { problems } = resolveToml(`[otel.exporter.otlp-http]\nendpoint = "${endpoint}"`, env)
  expect(problems.map(({ found }) => found)).toEqual(
    credentials.map(credential => expect.stringContaining(`where ${credential} would be sent in clear text`)),
  )
})

test('the result can be handed to a worker', () => {
  const { config } = resolveToml(`${fromFile}headers = { a = { command = ["t"] } }`)
  expect(structuredClone(config)).toEqual(config)
})

describe('the console as an exporter', () => {
  const consoleOf = (toml: string, env: ConfigInput['env'] = {}) => resolveToml(`[otel]\n${toml}`, env)

  test.each(['exporter = "console"', 'exporter = { console = {} }', '[otel.exporter.console]'])('%s', toml => {
    const { config, problems } = consoleOf(toml)
    expect(problems).toEqual([])
    expect(config.logs).toEqual({ protocol: 'console', colors: 'auto' })
    expect(config.metrics).toBeUndefined()
  })

  test('has no settings, and says so of each', () => {
    const { config, problems } = consoleOf('exporter = { console = { endpoint = "http://h" } }')
    expect(config.logs).toMatchObject({ protocol: 'console' })
    expect(problems.map(({ severity, key }) => [severity, key])).toEqual([
      ['warning', 'otel.exporter.console.endpoint'],
    ])
  })

  test.each([
    [{ FORCE_COLOR: '1' }, 'always'],
    [{ FORCE_COLOR: '', NO_COLOR: '1' }, 'always'],
    [{ FORCE_COLOR: '0' }, 'never'],
    [{ NO_COLOR: '1' }, 'never'],
    [{ NO_COLOR: '' }, 'auto'],
    [{ NODE_DISABLE_COLORS: '1' }, 'never'],
    [{ TERM: 'dumb' }, 'never'],
  ])('is coloured with %j: %s', (env, colors) => {
    expect(consoleOf('metrics_exporter = "console"', env).config.metrics).toEqual({ protocol: 'console', colors })
  })

  test('is not turned on by the environment', () => {
    const { config } = consoleOf('', { OTEL_LOGS_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'console' })
    expect([config.logs, config.metrics]).toEqual([undefined, undefined])
  })
})

describe('a file as an exporter', () => {
  const fileOf = (toml: string, env: ConfigInput['env'] = { HOME: '/home/me' }) => resolveToml(`[otel]\n${toml}`, env)
  const defaults = { protocol: 'file', maxBytes: 67_108_864, maxFiles: 5 }

  test.each([
    ['events.jsonl', `${codexHome}/events.jsonl`],
    ['/var/log/events.jsonl', '/var/log/events.jsonl'],
    ['~/logs/events.jsonl', '/home/me/logs/events.jsonl'],
    ['~me/events.jsonl', `${codexHome}/~me/events.jsonl`],
  ])('at %s', (path, absolute) => {
    const { config, problems } = fileOf(`exporter = { file = { path = "${path}" } }`)
    expect(problems).toEqual([])
    expect(config.logs).toEqual({ ...defaults, path: absolute })
  })

  test('with a variable is shown as it is written', () => {
    const { config, settings } = fileOf('metrics_exporter = { file = { path = "${X}.jsonl", max_files = 2 } }', {
      X: 'hunter2',
    })
    expect(config.metrics).toEqual({
      ...defaults,
      maxFiles: 2,
      path: `${codexHome}/hunter2.jsonl`,
      shownPath: '${X}.jsonl',
    })
    expect(JSON.stringify(settings)).not.toContain('hunter2')
  })

  test.each([
    ['exporter = "file"', 'otel.exporter.file.path', 'no path'],
    ['exporter = { file = {} }', 'otel.exporter.file.path', 'no path'],
    ['exporter = { file = { path = 5 } }', 'otel.exporter.file.path', '5'],
    ['exporter = { file = { path = "${MISSING}" } }', 'otel.exporter.file.path', '${MISSING}, which is not set'],
    ['exporter = { file = { path = "x", max_files = 0 } }', 'otel.exporter.file.max_files', '0'],
    ['exporter = { file = "events.jsonl" }', 'otel.exporter.file', '"events.jsonl"'],
  ])('that is wrong is off, with one error: %s', (toml, key, found) => {
    const { config, problems } = fileOf(toml)
    expect(config.logs).toBeUndefined()
    expect(problems.map(problem => [problem.severity, problem.key, problem.found])).toEqual([['error', key, found]])
  })

  test('is not the source of a header', () => {
    const { config, problems } = resolveToml(`${fromFile}headers = { exporter = { file = "token" } }`)
    expect(problems).toEqual([])
    expect(config.logs).toMatchObject({ headers: [{ name: 'exporter', file: `${codexHome}/token` }] })
  })
})
