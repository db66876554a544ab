// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tables hold references to variables.

import type { ConfigProblem } from '@codex/otel-api'

/** A table with a mistake, what is said of it, and which exporters stay on. */
export interface BrokenTable {
  toml: string
  env?: Record<string, string>
  severity: ConfigProblem['severity']
  file?: string
  line?: number
  key: string
  found: string
  /** A part of it. */
  allowed: string
  on: readonly ('logs' | 'metrics' | 'traces')[]
  /** The keys of further problems. */
  others?: readonly string[]
}

export type Row = [toml: string, line: number, key: string, found: string, allowed: string]

/** Mistakes that leave the exporter on. */
const warnings: readonly Row[] = [
  [
    '[otel]\nenviroment = "x"',
    2,
    'otel.enviroment',
    'the unknown key "enviroment"',
    '"environment" (did you mean that?)',
  ],
  [
    '[otel]\n"log-user-prompt" = true',
    2,
    'otel.log-user-prompt',
    'the unknown key "log-user-prompt"',
    '"log_user_prompt"',
  ],
  ['[otel]\nzzzzzzzz = 1', 2, 'otel.zzzzzzzz', 'the unknown key "zzzzzzzz"', '"environment", "service_name"'],
  ['[otel]\nenvironment = ""', 2, 'otel.environment', '""', 'a text that is not empty'],
  ['[otel]\nenvironment = ["dev"]', 2, 'otel.environment', 'a list', 'a text'],
  ['[otel]\nservice_name = 7', 2, 'otel.service_name', '7', 'a text'],
  ['[otel]\nlog_user_prompt = "yes"', 2, 'otel.log_user_prompt', '"yes"', 'true or false'],
  ['[otel]\nshutdown_timeout_ms = -1', 2, 'otel.shutdown_timeout_ms', '-1', 'from 0 to 60000'],
  ['[otel]\nresource = "team=a"', 2, 'otel.resource', '"team=a"', 'a table of texts'],
  ['[otel.resource]\nteam = 5', 2, 'otel.resource.team', '5', 'a text'],
  ['[otel.resource]\nteam = "${TEAM}"', 2, 'otel.resource.team', '${TEAM}, which is not set', '${VAR:-default}'],
  ['[otel.resource]\nteam = "${TEAM"', 2, 'otel.resource.team', 'a text (hidden)', '$$'],
  ['[otel.resource]\n"" = "a"', 2, 'otel.resource.""', 'an empty name', 'a name'],
  [
    '[otel.resource]\n"service.name" = "a"',
    2,
    'otel.resource."service.name"',
    'a name that this library sets itself',
    'service_name = "..."',
  ],
  ['[otel.resource]\nenv = "a"', 2, 'otel.resource.env', 'a name that this library sets itself', 'environment'],
  ['[otel.content]\ntool_output = "none"', 2, 'otel.content.tool_output', '"none"', '"full", "length" or "off"'],
  ['[otel.content]\nprompt = "hash"', 2, 'otel.content.prompt', '"hash"', '"full", "length" or "off"'],
  ['[otel.content]\nemail = false', 2, 'otel.content.email', 'false', '"hash"'],
  ['[otel.content]\ntool_ouput = "off"', 2, 'otel.content.tool_ouput', 'the unknown key "tool_ouput"', 'tool_output'],
  ['[otel]\ncontent = "off"', 2, 'otel.content', '"off"', 'a table with "prompt"'],
  ['[otel.content]\nscrub = "no"', 2, 'otel.content.scrub', '"no"', 'true or false'],
  ['[otel.spool]\nenabled = 1', 2, 'otel.spool.enabled', '1', 'true or false'],
  ['[otel.spool]\nmax_bytes = "64 MiB"', 2, 'otel.spool.max_bytes', '"64 MiB"', 'a whole number of bytes'],
  ['[otel.spool]\nmax_age = 7', 2, 'otel.spool.max_age', '7', 'such as "7d"'],
  ['[otel.spool]\nmax_age = "a week"', 2, 'otel.spool.max_age', '"a week"', 'such as "7d"'],
  ['[otel.metrics]\ntemporality = "sum"', 2, 'otel.metrics.temporality', '"sum"', '"delta" or "cumulative"'],
]

/** Mistakes about traces that leave their exporter on. */
const tracesWarnings: readonly Row[] = [
  ['[otel.traces]\nsampler = "allways_on"', 2, 'otel.traces.sampler', '"allways_on"', 'did you mean "always_on"?'],
  ['[otel.traces]\nsampler = "jaeger_remote"', 2, 'otel.traces.sampler', '"jaeger_remote"', '"traceidratio"'],
  ['[otel.traces]\nratio = -1', 2, 'otel.traces.ratio', '-1', 'a number from 0 to 1'],
  ['[otel.traces]\nratio = nan', 2, 'otel.traces.ratio', 'NaN', 'a number from 0 to 1'],
  ['[otel.traces]\nratio = "abc"', 2, 'otel.traces.ratio', '"abc"', 'a number from 0 to 1'],
  [
    '[otel.traces]\nratio = 0.1',
    2,
    'otel.traces.ratio',
    'a ratio, beside the sampler "parentbased_always_on"',
    'sampler = "parentbased_traceidratio"',
  ],
  ['[otel.traces]\npropagate = "mcp"', 2, 'otel.traces.propagate', '"mcp"', 'a list of "commands", "mcp" or "model"'],
  ['[otel.traces]\npropagate = ["comands"]', 2, 'otel.traces.propagate.0', '"comands"', 'did you mean "commands"?'],
  ['[otel.traces]\npropogate = []', 2, 'otel.traces.propogate', 'the unknown key "propogate"', 'propagate'],
  ['[otel]\ntraces = "all"', 2, 'otel.traces', '"all"', 'a table with "sampler", "ratio", "propagate" or "content"'],
  ['[otel.traces]\ncontent = "full"', 2, 'otel.traces.content', '"full"', 'true or false'],
  ['[otel.span_attributes]\nteam = 3', 2, 'otel.span_attributes.team', '3', 'a text'],
  ['[otel.span_attributes]\nteam = "${NOWHERE}"', 2, 'otel.span_attributes.team', '${NOWHERE}, which is not set', ':-'],
  ['[otel.span_attributes]\n"" = "x"', 2, 'otel.span_attributes.""', 'an empty name', 'a name'],
  ['[otel.span_attributes]\nteam = "${bad"', 2, 'otel.span_attributes.team', 'a text (hidden)', '$$ for a dollar'],
  [
    '[otel.span_attributes]\n"gen_ai.request.model" = "m"',
    2,
    'otel.span_attributes."gen_ai.request.model"',
    'the name "gen_ai.request.model"',
    'a name that does not begin with codex, gen_ai, session or error',
  ],
  ['[otel]\nspan_attributes = "team=platform"', 2, 'otel.span_attributes', '"team=platform"', 'a table of texts'],
  [
    '[otel.tracestate."A b"]\nkey = "v"',
    1,
    'otel.tracestate."A b"',
    'the vendor "A b"',
    'a name of lower-case letters',
  ],
  ['[otel.tracestate]\nacme = "key:v"', 2, 'otel.tracestate.acme', 'a text (hidden)', 'a table: { key = "value" }'],
  ['[otel.tracestate.acme]\n"a=b" = "v"', 2, 'otel.tracestate.acme."a=b"', 'the name "a=b"', 'printable ASCII'],
  ['[otel.tracestate.acme]\nkey = "a;b"', 2, 'otel.tracestate.acme.key', 'a text (hidden)', 'printable ASCII'],
  ['[otel.tracestate.acme]', 1, 'otel.tracestate.acme', 'an empty table', 'fields'],
  [
    `[otel.tracestate.acme]\nkey = "${'v'.repeat(300)}"`,
    1,
    'otel.tracestate.acme',
    'fields that make no member',
    '256 characters',
  ],
]

/** Rows as tables, all of the same outcome. */
export function withOutcome(
  severity: BrokenTable['severity'],
  on: BrokenTable['on'],
  rows: readonly Row[],
): readonly BrokenTable[] {
  return rows.map(([toml, line, key, found, allowed]) => ({ toml, severity, line, key, found, allowed, on }))
}

/** An exporter that works, in front of a mistake elsewhere. */
const withExporter = ([toml, line, ...rest]: Row): Row => {
  const exporter = '[otel.exporter.otlp-http]\nendpoint = "https://otel.example.com/v1/logs"\n'
  return [exporter + toml, line + 2, ...rest]
}

const withTraces = ([toml, line, ...rest]: Row): Row => [
  `[otel.trace_exporter.otlp-http]\nendpoint = "https://a/v1/traces"\n${toml}`,
  line + 2,
  ...rest,
]

const disabled = { OTEL_SDK_DISABLED: 'TRUE' }
const variable = {
  severity: 'warning',
  file: 'environment',
  on: ['logs'],
  toml: '[otel]\nexporter = "otlp-http"',
} as const

export const brokenOtherKeys: readonly BrokenTable[] = [
  ...withOutcome('warning', ['logs'], warnings.map(withExporter)),
  ...withOutcome('warning', ['traces'], tracesWarnings.map(withTraces)),
  {
    toml: '[otel]\nexporter = "otlp-http"\nmetrics_exporter = "oltp-http"\ntrace_exporter = "otlp-grpc"',
    severity: 'error',
    line: 3,
    key: 'otel.metrics_exporter',
    found: '"oltp-http"',
    allowed: 'did you mean "otlp-http"?',
    on: ['logs', 'traces'],
  },
  {
    toml: '[otel]\nexporter = "otlp-http"\n[otel.content]\nscrub_patterns = ["hunter2-[0-9]+", "hunter2("]',
    severity: 'error',
    line: 4,
    key: 'otel.content.scrub_patterns.1',
    found: 'a pattern with a group that does not end at character 8',
    allowed: 'an RE2 regular expression: close it with ")"',
    on: [],
  },
  {
    toml: '[otel]\nexporter = "otlp-http"\n[otel.content]\nscrub_patterns = ["a+(?=b)"]',
    severity: 'error',
    line: 4,
    key: 'otel.content.scrub_patterns.0',
    found: 'a pattern with a lookahead at character 3',
    allowed: 'an RE2 regular expression: a pattern takes in what it hides: leave it away, or match that text as well',
    on: [],
  },
  {
    toml: '[otel]\nexporter = "otlp-http"\n[otel.content]\nscrub_patterns = "hunter2"',
    severity: 'error',
    line: 4,
    key: 'otel.content.scrub_patterns',
    found: 'a text (hidden)',
    allowed: 'a list of regular expressions',
    on: [],
  },
  {
    toml: '[otel]\nexporter = "otlp-http"\nlog_user_prompt = false\n[otel.content]\nprompt = "full"',
    severity: 'warning',
    line: 5,
    key: 'otel.content.prompt',
    found: '"full", while log_user_prompt is false',
    allowed: 'the same in both',
    on: ['logs'],
  },
  ...(['full', 'length'] as const).map(
    (response): BrokenTable => ({
      toml: `[otel]\nexporter = "otlp-http"\nlog_agent_responses = false\n[otel.content]\nresponse = "${response}"`,
      severity: 'warning',
      line: 5,
      key: 'otel.content.response',
      found: `"${response}", while log_agent_responses is false`,
      allowed: 'the same in both',
      on: ['logs'],
    }),
  ),
  {
    ...variable,
    env: disabled,
    severity: 'notice',
    key: 'OTEL_SDK_DISABLED',
    found: 'true',
    allowed: 'false or nothing',
    on: [],
  },
  {
    ...variable,
    env: { OTEL_SDK_DISABLED: 'yes' },
    key: 'OTEL_SDK_DISABLED',
    found: '"yes"',
    allowed: 'true or false',
  },
  {
    ...variable,
    env: { OTEL_EXPORTER_OTLP_TIMEOUT: '10s' },
    key: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    found: '"10s"',
    allowed: 'a whole number of milliseconds',
  },
  {
    ...variable,
    env: { OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'zstd' },
    key: 'OTEL_EXPORTER_OTLP_LOGS_COMPRESSION',
    found: '"zstd"',
    allowed: '"none" or "gzip"',
  },
  {
    ...variable,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'me:hunter2@collector' },
    key: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    found: 'a text (hidden)',
    allowed: 'an http:// or https:// URL',
    severity: 'error',
    on: [],
  },
  {
    ...variable,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a', OTEL_EXPORTER_OTLP_HEADERS: 'hunter2' },
    key: 'OTEL_EXPORTER_OTLP_HEADERS',
    found: 'a malformed list (hidden)',
    allowed: 'name=value',
  },
  {
    ...variable,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a', OTEL_EXPORTER_OTLP_HEADERS: 'host=hunter2' },
    key: 'OTEL_EXPORTER_OTLP_HEADERS',
    found: 'the name "host", which this library sets itself',
    allowed: 'other names',
  },
  {
    ...variable,
    env: { OTEL_RESOURCE_ATTRIBUTES: 'team=%zz' },
    key: 'OTEL_RESOURCE_ATTRIBUTES',
    found: 'a malformed list (hidden)',
    allowed: 'name=value',
  },
  {
    ...variable,
    env: { OTEL_BLRP_SCHEDULE_DELAY: '-5' },
    key: 'OTEL_BLRP_SCHEDULE_DELAY',
    found: '"-5"',
    allowed: 'a whole number of milliseconds',
  },
  ...(
    [
      ['OTEL_TRACES_SAMPLER', 'always-on', 'did you mean "always_on"?'],
      ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'a number from 0 to 1'],
      ['OTEL_BSP_SCHEDULE_DELAY', 'soon', 'a whole number of milliseconds'],
    ] as const
  ).map(
    ([name, value, allowed]): BrokenTable => ({
      ...variable,
      toml: '[otel]\ntrace_exporter = "otlp-http"',
      on: ['traces'],
      env: { [name]: value },
      key: name,
      found: `"${value}"`,
      allowed,
    }),
  ),
  {
    ...variable,
    toml: '[otel.exporter.otlp-http]\nendpoint = "https://a/v1/logs"',
    env: { HTTPS_PROXY: 'socks5://me:hunter2@proxy' },
    key: 'HTTPS_PROXY',
    found: 'a value (hidden)',
    allowed: 'a proxy',
  },
]
