// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a table refers to a variable.

import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { type ConfigInput, type ResolvedConfig, resolveConfig } from './resolve-config.ts'

const EXPORTER = '[otel]\nexporter = "otlp-http"\n'

function resolve(toml: string, more: Partial<ConfigInput> = {}): ResolvedConfig {
  const table = parse(toml).otel
  return resolveConfig({ table, file: 'config.toml', text: toml, codexHome: '/h', env: {}, ...more })
}

const said = ({ problems }: ResolvedConfig) =>
  problems.map(({ severity, line, key, allowed }) => [severity, line, key, allowed])

describe('a table with a near miss of the name otel', () => {
  test.each(['otle', 'oetl', 'toel', 'otell', 'otl', 'tel', 'ote', 'otal', 'Otel', 'OTEL', 'o-tel'])(
    'is reported: %s',
    name => {
      const table = resolve(`[${name}]\nexporter = "otlp-http"\nenvironment = "x"\n`)
      expect(said(table)).toEqual([
        ['warning', 1, name, '"otel" (did you mean that?)'],
        ['error', 2, `${name}.exporter`, 'this line below [otel]: exporter = ...'],
      ])
      expect(table.problems[1]?.message).toMatch(/; log events are not exported$/)
      expect(said(resolve(`${name}.environment = "x"\n`))).toEqual([
        ['warning', 1, name, '"otel" (did you mean that?)'],
      ])
      expect(said(resolve(`${name} = { environment = "x" }\n`))).toHaveLength(1)
      expect(said(resolve(`[${name}.spool]\nenabled = false\n`))).toHaveLength(1)
    },
  )

  test('says that a signal is lost only where nothing else exports it', () => {
    const both = resolve(
      `${EXPORTER}[otle]\nexporter = "otlp-http"\n[otle.metrics_exporter.otlp-http]\nendpoint = "https://a"\n`,
    )
    expect(both.config.logs).toBeDefined()
    expect(said(both).map(([severity, line]) => [severity, line])).toEqual([
      ['warning', 3],
      ['error', 5],
    ])
    expect(said(resolve('[otle]\nexporter = "none"\n'))).toHaveLength(1)
  })

  test('withholds what it was to withhold', () => {
    const all = resolve(`${EXPORTER}[otle.content]\ntool_output = "off"\n`)
    expect(all.config.content).toMatchObject({ toolOutput: 'off', email: 'off' })
    const patterns = resolve(`${EXPORTER}[otle.content]\nscrub_patterns = ["x"]\n`)
    expect(patterns.config.logs).toBeUndefined()
  })

  test('makes credentials of its variables', () => {
    const text = '[otle.exporter.otlp-http]\nendpoint = "https://a"\nheaders = { a = "${KEY}" }\n'
    expect(resolve(text).secretVariables).toEqual(['KEY'])
  })

  test('counts on the command line, too', () => {
    const [table, exporter] = resolve('', { overrides: ['otle.exporter'] }).problems
    expect([table?.file, exporter?.file]).toEqual(['command line', 'command line'])
    expect(exporter?.severity).toBe('error')
  })
})

describe('a setting of [otel] at the top level', () => {
  test.each([
    ['exporter = "otlp-http"', 'error', 'exporter', 'this line below [otel]: exporter = ...'],
    ['metrics_exporter = "otlp-http"', 'error', 'metrics_exporter', 'this line below [otel]: metrics_exporter = ...'],
    ['[exporter.otlp-http]\nendpoint = "https://a"', 'error', 'exporter', 'this line below [otel]: exporter = ...'],
    ['exporter = "none"', 'warning', 'exporter', 'this line below [otel]: exporter = ...'],
    ['log_user_prompt = true', 'warning', 'log_user_prompt', 'this line below [otel]: log_user_prompt = ...'],
    ['environment = "prod"', 'warning', 'environment', 'this line below [otel]: environment = ...'],
    ['shutdown_timeout_ms = 5', 'warning', 'shutdown_timeout_ms', 'this line below [otel]: shutdown_timeout_ms = ...'],
    ['[spool]\nenabled = false', 'warning', 'spool', 'this table as [otel.spool]'],
    ['tool_output = "off"', 'warning', 'tool_output', 'this line below [otel.content]: tool_output = ...'],
    ['scrub_patterns = ["x"]', 'error', 'scrub_patterns', 'this line below [otel.content]: scrub_patterns = ...'],
    ['[content]\nemail = "off"', 'warning', 'content', 'this table as [otel.content]'],
  ])('is reported once, with its place: %j', (line, severity, key, allowed) => {
    expect(said(resolve(`${line}\n[otel]\nservice_name = "x"\n`))).toEqual([[severity, 1, key, allowed]])
  })

  test('withholds what it was to withhold', () => {
    expect(resolve(`tool_output = "off"\n${EXPORTER}`).config.content).toMatchObject({
      toolOutput: 'off',
      email: 'full',
    })
    expect(resolve(`${EXPORTER}[content]\nemail = "off"\n`).config.content).toMatchObject({ email: 'off' })
    expect(resolve(`scrub_patterns = ["x"]\n${EXPORTER}`).config.logs).toBeUndefined()
  })
})

test('the tables and keys of the Codex CLI, and those of other programs, are left alone', () => {
  const file = `model = "gpt-5.1-codex"
model_provider = "openai"
approval_policy = "on-request"
notify = ["notify-send", "exporter = x"]
tool_output_token_limit = 1000
compact_prompt = "exporter"
developer_instructions = """
log_user_prompt = true
[otle]
exporter = "otlp-http"
"""
personality = "friendly"
service_tier = "fast"
log_dir = "/var/log"
[tools]
web_search = true
[analytics]
enabled = false
[feedback]
enabled = true
[features]
exporter = true
[metrics]
interval = 5
[resource]
team = "a"
[content]
text = "off"
[hotel]
rooms = 5
[model_providers.openai]
environment = "x"
headers = { email = "off" }
[mcp_servers.a.env]
exporter = "otlp-http"
tool_output = "off"
[tel]
number = "1"
[otel]
exporter = "none"
`
  expect(resolve(file).problems).toEqual([])
})

test('without the text of the file only the table is known', () => {
  const { problems } = resolveConfig({ table: undefined, file: 'c.toml', codexHome: '/h', env: {} })
  expect(problems).toEqual([])
})
