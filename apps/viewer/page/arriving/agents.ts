/** How an agent is told to send to this viewer. */
export interface AgentSetup {
  name: string
  /** Where the lines go. */
  file: string
  lines: string
  /** What else is to be known. */
  note?: string
}

/** The lines for each agent; `base` is the address of OTLP over HTTP. */
export const setupsFor = (base: string): readonly AgentSetup[] => [
  {
    name: 'Codex CLI',
    file: '~/.codex/config.toml',
    lines: `[otel]
exporter = { otlp-http = { endpoint = "${base}/v1/logs", protocol = "binary" } }
trace_exporter = { otlp-http = { endpoint = "${base}/v1/traces", protocol = "binary" } }`,
    note: 'Prompts are sent as [REDACTED] until the table says log_user_prompt = true.',
  },
  {
    name: 'codex-demo',
    file: 'a terminal',
    lines: `codex-demo -c 'otel.exporter={ otlp-http = { endpoint = "${base}/v1/logs", protocol = "binary" } }' \\
  -c 'otel.trace_exporter={ otlp-http = { endpoint = "${base}/v1/traces", protocol = "binary" } }'`,
    note:
      'In a checkout of codex-otel, "npm run demo" builds it and "export PATH=$PWD/node_modules/.bin:$PATH" gives it to the shell. ' +
      'The lines for Codex CLI in ~/.codex/config.toml do the same for good.',
  },
  {
    name: 'Claude Code',
    file: 'a terminal',
    lines: `export CLAUDE_CODE_ENABLE_TELEMETRY=1
export OTEL_LOGS_EXPORTER=otlp
export OTEL_METRICS_EXPORTER=otlp
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
export OTEL_EXPORTER_OTLP_ENDPOINT=${base}
claude`,
    note: 'Prompts are left out until OTEL_LOG_USER_PROMPTS=1. Read by its documentation, not checked with captures.',
  },
  {
    name: 'Gemini CLI',
    file: '~/.gemini/settings.json',
    lines: `{
  "telemetry": {
    "enabled": true,
    "target": "local",
    "otlpEndpoint": "${base}",
    "otlpProtocol": "http"
  }
}`,
    note: 'Prompts are sent unless "logPrompts" is false. Read by its documentation, not checked with captures.',
  },
  {
    name: 'Copilot in VS Code',
    file: 'a terminal',
    lines: `export COPILOT_OTEL_ENABLED=true
export COPILOT_OTEL_PROTOCOL=http
export COPILOT_OTEL_ENDPOINT=${base}
code .`,
    note:
      'Prompts and outputs are left out until COPILOT_OTEL_CAPTURE_CONTENT=true. Its spans are read by the GenAI conventions, ' +
      'not checked with captures.',
  },
]
