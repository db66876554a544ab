// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a table refers to a variable.

import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { describeConfig } from './describe-config.ts'
import { isOtlp } from './effective-config.ts'
import { type ConfigInput, type ResolvedConfig, resolveConfig } from './resolve-config.ts'

/** An exporter that works, in front of a mistake elsewhere. */
const EXPORTER = '[otel]\nexporter = "otlp-http"\n'

function resolve(toml: string, more: Partial<ConfigInput> = {}): ResolvedConfig {
  const table = parse(toml).otel
  return resolveConfig({ table, file: 'config.toml', text: toml, codexHome: '/h', env: {}, ...more })
}

/** What is shown of a key: its value and its origin. */
function shown(resolved: ResolvedConfig, key: string): string | undefined {
  const row = describeConfig(resolved).find(candidate => candidate.key === key)
  return row && `${row.value} <- ${row.origin}`
}

const POLICIES = [
  ['tool_output', 'toolOutput'],
  ['tool_arguments', 'toolArguments'],
  ['error_text', 'errorText'],
  ['email', 'email'],
  ['account_id', 'accountId'],
  ['prompt', 'prompt'],
] as const

/** Where a content policy may be written by mistake: the text before it, its line and its key. */
const WRONG_PLACES: readonly [before: string, line: number, table: string][] = [
  [EXPORTER, 3, 'otel'],
  [`${EXPORTER}[otel.tool_result]\n`, 4, 'otel.tool_result'],
  [`${EXPORTER}[otel.spool]\n`, 4, 'otel.spool'],
  [`${EXPORTER}[otel.metrics]\n`, 4, 'otel.metrics'],
  [`${EXPORTER}[otel.resource]\n`, 4, 'otel.resource'],
  [`${EXPORTER}[otel.privacy]\n`, 4, 'otel.privacy'],
  [`${EXPORTER}[otel.otel.x]\n`, 4, 'otel.otel.x'],
  ['[otel.exporter.otlp-http]\n', 2, 'otel.exporter.otlp-http'],
  ['[otel.exporter.otlp-http]\nheaders.a = "b"\n[otel.exporter]\n', 4, 'otel.exporter'],
  ['[otel.exporter.otlp-http.headers]\n', 2, 'otel.exporter.otlp-http.headers'],
  ['[otel.exporter.otlp-http.tls]\n', 2, 'otel.exporter.otlp-http.tls'],
  [
    '[otel.exporter.otlp-http.headers.authorization]\nfile = "token"\n',
    3,
    'otel.exporter.otlp-http.headers.authorization',
  ],
  [
    '[otel.exporter.otlp-grpc]\nendpoint = "https://a"\n[otel.trace_exporter.otlp-http]\n',
    4,
    'otel.trace_exporter.otlp-http',
  ],
]

describe('a content policy at the wrong depth', () => {
  const cases = WRONG_PLACES.flatMap(place => POLICIES.map(policy => [...policy, ...place] as const))

  test.each(cases)(
    '%s (%s) counts as off, whatever its value, and is pointed to its table: %j',
    (key, name, before, line, table) => {
      const resolved = resolve(`${before}${key} = "full"\n[otel.content]\n${key} = "full"\n`)
      expect(resolved.config.content).toMatchObject({ [name]: 'off' })
      expect(resolved.config.logs).toBeDefined()
      const said = resolved.problems.filter(problem => problem.line === line && problem.key.endsWith(key))
      expect(said.map(({ message }) => message)).toEqual([
        `config.toml:${line}: ${table}.${key}: found the unknown key "${key}"; allowed: this line below [otel.content]: ${key} = ...; "${key}" counts as "off"`,
      ])
      expect(shown(resolved, `otel.content.${key}`)).toBe(`"off" <- config.toml:${line}`)
      expect(resolved.config.resource).toEqual({})
      expect(isOtlp(resolved.config.logs) ? resolved.config.logs.headers.map(header => header.name) : []).not.toContain(
        key,
      )
    },
  )

  test('counts with a dotted key at the top level of the file', () => {
    const resolved = resolve('otel.exporter = "otlp-http"\notel.tool_output = "off"\n')
    expect(resolved.config.content).toMatchObject({ toolOutput: 'off', toolArguments: 'full' })
    expect(resolved.config.logs).toBeDefined()
  })

  test.each(['tool_ouput', 'tool_outputs', 'tool-output'])('counts also where it is misspelt there: %s', key => {
    for (const table of ['otel', 'otel.tool_result', 'otel.spool', 'otel.exporter.otlp-http']) {
      const { config, problems } = resolve(`[${table}]\n"${key}" = "off"\n`)
      expect(config.content.toolOutput).toBe('off')
      expect(problems[0]?.message).toContain('this line below [otel.content]: tool_output = ...')
    }
  })

  test.each([...WRONG_PLACES, [`${EXPORTER}[otel.contents]\n`, 4, 'otel.contents'] as const])(
    'stops the export where it is scrub_patterns: %j',
    (before, line, table) => {
      for (const key of ['scrub_patterns', ...(/resource|headers/.test(table) ? [] : ['scrub_pattern'])]) {
        const { config, problems } = resolve(`${before}${key} = ["ACME-[0-9]+"]\n`)
        expect([config.logs, config.metrics]).toEqual([undefined, undefined])
        expect(problems.filter(problem => problem.line === line)).toMatchObject([
          {
            severity: 'error',
            key: `${table}.${key}`,
            allowed: 'this line below [otel.content]: scrub_patterns = ...',
            message: expect.stringContaining('nothing is exported, because what it was to hide would be sent'),
          },
        ])
      }
    },
  )

  test.each(['spool', 'privacy', 'tool_result', 'exporters', 'resource'])(
    'counts in a list of tables, [[otel.%s]]',
    table => {
      const toml = `${EXPORTER}[[otel.${table}]]\ntool_output = "off"\n`
      expect(resolve(toml).config.content).toMatchObject({ toolOutput: 'off', toolArguments: 'full' })
      expect(resolve(toml.replace('tool_output = "off"', 'scrub_patterns = ["x"]')).config.logs).toBeUndefined()
    },
  )

  test('stops the export where it is scrub_patterns in a content that is a list', () => {
    const { config } = resolve(`${EXPORTER}[[otel.content]]\nscrub_patterns = ["x"]\ntool_output = "length"\n`)
    expect([config.logs, config.content.toolOutput]).toEqual([undefined, 'off'])
  })

  test('is a name like any other where names are free and the value is none of a policy', () => {
    const resource = resolve(`${EXPORTER}[otel.resource]\naccount_id = "1234"\nemail = "team@example.com"\n`)
    expect(resource.problems).toEqual([])
    expect(resource.config.resource).toEqual({ account_id: '1234', email: 'team@example.com' })
    expect(resource.config.content).toMatchObject({ email: 'full', accountId: 'full' })
  })
})

describe('a key that another table has', () => {
  test.each([
    ['[otel]\nmax_bytes = 5', 'this line below [otel.tool_result] or [otel.spool]: max_bytes = ...'],
    ['[otel]\nmax_age = "7d"', 'this line below [otel.spool]: max_age = ...'],
    ['[otel]\nenabled = false', 'this line below [otel.spool]: enabled = ...'],
    ['[otel]\ntemporality = "delta"', 'this line below [otel.metrics]: temporality = ...'],
    [
      '[otel]\nttl_ms = 5000',
      'this in the value of a header below [otel.exporter.otlp-http.headers]: NAME = { ttl_ms = ... }',
    ],
    ['[otel.content]\nlog_user_prompt = true', 'this line below [otel]: log_user_prompt = ...'],
    ['[otel.content]\nmax_bytes = 5', 'this line below [otel.tool_result] or [otel.spool]: max_bytes = ...'],
    ['[otel.spool]\nenvironment = "prod"', 'this line below [otel]: environment = ...'],
    ['[otel.spool]\nendpoint = "https://a"', 'this line below [otel.exporter.otlp-http]: endpoint = ...'],
    ['[otel.tool_result.content]\nscrub = true', 'this table as [otel.content]'],
    ['[otel.exporter.otlp-http]\nlog_sse_deltas = false', 'this line below [otel]: log_sse_deltas = ...'],
    ['[otel.exporter.otlp-grpc.tls]\ntimeout_ms = 5', 'this line below [otel.exporter.otlp-grpc]: timeout_ms = ...'],
    ['[otel.exporter.otlp-http.headers]\nlog_sse_deltas = false', 'this line below [otel]: log_sse_deltas = ...'],
    ['[otel.resource]\nshutdown_timeout_ms = 100', 'this line below [otel]: shutdown_timeout_ms = ...'],
    [
      '[otel.metrics_exporter.otlp-http]\nca_certificate = "a"',
      'this line below [otel.metrics_exporter.otlp-http.tls]: ca-certificate = ...',
    ],
    ['[otel.otlp-http]\nendpoint = "https://a"', 'this table as [otel.exporter.otlp-http]'],
  ])('is pointed there: %j', (toml, place) => {
    expect(resolve(toml).problems.map(({ allowed }) => allowed)).toContain(place)
  })
})

describe('an exporter that is misspelt or at the wrong depth', () => {
  test.each([
    ['[otel]\nexpoter = "otlp-http"', 'exporter', 'log events are not exported'],
    ['[otel]\nexporters = { otlp-grpc = { endpoint = "https://a" } }', 'exporter', 'log events are not exported'],
    ['[otel]\nlogs = "otlp-http"', 'exporter', 'log events are not exported'],
    ['[otel]\nmetric_exporter = "otlp-http"', 'metrics_exporter', 'metrics are not exported'],
    ['[otel]\nmetrics-exporter = "otlp-grpc"', 'metrics_exporter', 'metrics are not exported'],
    ['[otel.metricsexporter.otlp-http]\nendpoint = "https://a"', 'metrics_exporter', 'metrics are not exported'],
  ])('is an error that names the signal: %j', (toml, key, consequence) => {
    const resolved = resolve(toml)
    const line = toml.startsWith('[otel]') ? 2 : 1
    expect(resolved.problems).toMatchObject([
      {
        severity: 'error',
        line,
        allowed: `"${key}" (did you mean that?)`,
        message: expect.stringMatching(`; ${consequence}$`),
      },
    ])
    expect(shown(resolved, `otel.${key}`)).toBe(`off, see the problems <- config.toml:${line}`)
  })

  test.each([
    '[otel.exporter.otlp-http]\nendpoint = "https://a"\nmetrics_exporter = "otlp-http"',
    '[otel.exporter.otlp-http]\nendpoint = "https://a"\n[otel.resource]\nmetrics_exporter = "otlp-http"',
    '[otel.exporter.otlp-http]\nendpoint = "https://a"\n[otel.exporter.otlp-http.headers]\nmetrics_exporter = "otlp-http"',
    '[otel]\nexporter = "otlp-http"\n[otel.content]\nmetrics_exporter.otlp-grpc.endpoint = "https://a"',
  ])('leaves the other signal on: %j', toml => {
    const { config, problems } = resolve(toml)
    expect(config).toMatchObject({ logs: { headers: [] }, metrics: undefined, resource: {} })
    expect(problems).toMatchObject([{ severity: 'error', allowed: 'this line below [otel]: metrics_exporter = ...' }])
    expect(problems[0]?.message).toMatch(/; metrics are not exported$/)
  })

  test.each([
    '[otel]\nexpoter = "none"',
    '[otel]\nexpoter = "statsig"',
    '[otel]\nexporter = "otlp-http"\nexpoter = "otlp-grpc"',
  ])('is a warning where no signal is lost by it: %j', toml => {
    expect(resolve(toml).problems).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('no effect') },
    ])
  })

  test('makes credentials of its variables', () => {
    const { secretVariables } = resolve(
      '[otel.spool]\nexporter = { otlp-http = { endpoint = "https://a", headers = { a = "${KEY}" } } }',
    )
    expect(secretVariables).toEqual(['KEY'])
  })
})

test('what is in effect is shown under its name, with the line of the table that is misspelt', () => {
  const toml = '[otel]\nlog_user_prompt = true\nlog_agent_responses = true\n[otel.contents]\ntool_output = "off"\n'
  const resolved = resolve(toml)
  const keys = ['prompt', 'tool_arguments', 'tool_output', 'error_text', 'email', 'account_id']
  for (const key of keys) expect(shown(resolved, `otel.content.${key}`)).toBe('"off" <- config.toml:4')
  for (const key of ['log_user_prompt', 'log_agent_responses', 'log_guardian_assessments'])
    expect(shown(resolved, `otel.${key}`)).toBe('false <- config.toml:4')
  expect(shown(resolved, 'otel.content.scrub')).toBe('true <- default')
  expect(describeConfig(resolved).filter(({ key }) => key.includes('contents'))).toEqual([])
  expect(resolved.problems).toHaveLength(1)
})

test('what is said of a key that is written twice in two spellings is shown as it counts', () => {
  const resolved = resolve('[otel.content]\ntool_ouput = "off"\ntool_output = "full"\n')
  expect(shown(resolved, 'otel.content.tool_output')).toBe('"off" <- config.toml:2')
})

test('problems come in the order of their lines', () => {
  const { problems } = resolve(`[otel]
exporter = { otlp-http = { endpoint = "x" } }
environment = ""
metric_exporter = "otlp-http"
[otel.spool]
max_age = 3
tool_output = "off"
`)
  expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 6, 7])
})
