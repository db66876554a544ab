import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { describeConfig } from './describe-config.ts'
import { resolveConfig } from './resolve-config.ts'

const ON = '[otel]\ntrace_exporter = "otlp-http"\n'

const resolveToml = (toml: string, env: Record<string, string> = {}) =>
  resolveConfig({
    table: parse(toml).otel,
    file: 'config.toml',
    text: toml,
    codexHome: '/home/dev/.codex',
    env,
  })

test('without a word of the file, all traces are recorded, and commands learn of them', () => {
  const { config, problems } = resolveToml(ON)
  expect(problems).toEqual([])
  expect(config.tracing).toEqual({
    sampler: 'parentbased_always_on',
    ratio: 1,
    propagate: ['commands'],
    content: false,
    spanAttributes: {},
    traceState: [],
    scheduleDelayMs: 1000,
  })
})

test('the variables of the standard count where the file is silent', () => {
  const env = {
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_BSP_SCHEDULE_DELAY: '50',
  }
  const fromVariables = resolveToml(ON, env)
  expect(fromVariables.config.tracing).toMatchObject({
    sampler: 'parentbased_traceidratio',
    ratio: 0.25,
    scheduleDelayMs: 50,
  })
  expect(describeConfig(fromVariables)).toContainEqual({
    key: 'otel.traces.sampler',
    value: '"parentbased_traceidratio"',
    origin: 'OTEL_TRACES_SAMPLER',
  })
  const { config } = resolveToml(`${ON}[otel.traces]\nsampler = "traceidratio"\nratio = 0.5`, env)
  expect(config.tracing).toMatchObject({ sampler: 'traceidratio', ratio: 0.5 })
})

test('the variables are not asked where no spans are exported', () => {
  const { config, problems } = resolveToml('[otel]\nexporter = "otlp-http"', {
    OTEL_TRACES_SAMPLER: 'nonsense',
    OTEL_BSP_SCHEDULE_DELAY: '-1',
  })
  expect(problems).toEqual([])
  expect(config.tracing.sampler).toBe('parentbased_always_on')
})

test.each([
  ['.5', 0.5],
  ['1.', 1],
  ['1e-3', 0.001],
  ['25E-2', 0.25],
])('the ratio may be written as %s', (text, ratio) => {
  const { config, problems } = resolveToml(ON, {
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: text,
  })
  expect([config.tracing.ratio, problems]).toEqual([ratio, []])
})

test('nothing is said of traces in the configuration in effect where they are off', () => {
  const rows = describeConfig(resolveToml('[otel]\nexporter = "otlp-http"\n[otel.traces]\nsampler = "always_off"'))
  expect(rows.filter(({ key }) => /^otel\.(?:traces|span_attributes|tracestate)/.test(key))).toEqual([])
})

test('a wrong or misspelt propagate has nothing learn of a trace', () => {
  for (const line of ['propagate = "mcp"', 'propagat = ["commands"]', 'propagate = false', 'propagate = ["all"]']) {
    const { config, problems } = resolveToml(`${ON}[otel.traces]\n${line}`)
    expect([config.tracing.propagate, problems.length]).toEqual([[], 1])
  }
})

test('of 10,000 attributes of spans the first 32 count, with one problem', () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `a${i} = "${i}"`)
  const { config, problems } = resolveToml(`${ON}[otel.span_attributes]\n${lines.join('\n')}`)
  expect(Object.keys(config.tracing.spanAttributes)).toEqual(Array.from({ length: 32 }, (_, i) => `a${i}`))
  expect(problems.map(({ key }) => key)).toEqual(['otel.span_attributes.a32'])
})

test('variables stand in for parts of attributes and of tracestate, and what they held is shown nowhere', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how variables are written.
  const table = '[otel.span_attributes]\nteam = "${TEAM}"\n[otel.tracestate.acme]\nb = "${TEAM}"\na = "1"'
  const resolved = resolveToml(ON + table, { TEAM: 'hunter2' })
  expect(resolved.config.tracing).toMatchObject({
    spanAttributes: { team: 'hunter2' },
    traceState: [
      {
        vendor: 'acme',
        fields: [
          ['a', '1'],
          ['b', 'hunter2'],
        ],
      },
    ],
  })
  expect(JSON.stringify(describeConfig(resolved))).not.toContain('hunter2')
})

test('one wrong vendor leaves the others', () => {
  const { config } = resolveToml(`${ON}[otel.tracestate.Bad]\na = "1"\n[otel.tracestate.good]\na = "1"`)
  expect(config.tracing.traceState.map(({ vendor }) => vendor)).toEqual(['good'])
})
