// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the tables hold references to variables.

const http = (settings: string): string =>
  `[otel.exporter.otlp-http]\nendpoint = "https://otel.example.com/v1/logs"\n${settings}`
const grpc = (settings: string): string =>
  `[otel.exporter.otlp-grpc]\nendpoint = "https://otel.example.com:4317"\n${settings}`

/** The variables that the tables refer to. */
export const GOOD_ENVIRONMENT: Readonly<Record<string, string>> = {
  HOST: 'otel.example.com',
  TOKEN: 'hunter2',
  URL: 'https://otel.example.com/v1/logs',
}

/** Tables that nothing is said about: together they hold every key that this version has. */
export const goodTables: readonly string[] = [
  '',
  '[model]\nname = "any"\n[otel]',
  '[otel]\nexporter = "none"',
  '[otel]\nexporter = "otlp-http"\nmetrics_exporter = "otlp-grpc"',
  '[otel]\nenvironment = "prod"\nservice_name = "my_agent"\nlog_user_prompt = true\nlog_sse_deltas = false',
  '[otel]\nlog_agent_responses = true\nlog_guardian_assessments = true\nshutdown_timeout_ms = 0',
  '[otel]\nheaders_helper = "print-headers"\nheaders_helper_refresh_interval_ms = 1000\nexporter = "otlp-http"',
  '[otel.resource]\nteam = "platform"\n"deployment.environment.name" = "${STAGE:-dev}"\nempty = ""\nprice = "$5 $$"',
  '[otel.content]\nprompt = "length"\ntool_arguments = "off"\ntool_output = "full"\nerror_text = "length"',
  '[otel.content]\nemail = "hash"\naccount_id = "off"\nown_events = "length"\nscrub = true\nscrub_patterns = ["(?i)acme-[0-9]+"]',
  '[otel]\nlog_agent_responses = true\n[otel.content]\nresponse = "length"',
  '[otel.content]\nscrub = false\nscrub_patterns = []',
  '[otel.tool_result]\nmax_bytes = 65_536\n[otel.metrics]\ntemporality = "cumulative"',
  '[otel.spool]\nenabled = false\nmax_bytes = 1_000_000\nmax_age = "36h"',
  '[otel.spool]\nmax_age = "90 m"',
  http('protocol = "json"\ncompression = "gzip"\ntimeout_ms = 5000'),
  http('headers = { x-api-key = "${TOKEN}", Authorization = "Bearer ${TOKEN}", x-price = "$$5" }'),
  http('headers = { authorization = { file = "token" } }'),
  http('headers = { authorization = { command = ["my-token", "", "--audience"], ttl_ms = 60_000 } }'),
  http('headers_helper = "print-headers"\nheaders_helper_refresh_interval_ms = 60_000'),
  http('tls = { ca-certificate = "ca.pem" }'),
  http('tls = { ca_certificate = "ca.pem", client-certificate = "c.pem", client_private_key = "~/k.pem" }'),
  '[otel.exporter.otlp-http]\nendpoint = "https://${HOST}/v1/logs"',
  '[otel.exporter.otlp-http]\nendpoint = "${URL}"',
  '[otel.exporter.otlp-http]\nendpoint = "HTTPS://otel.example.com:443/a?x=%20"',
  '[otel.exporter.otlp-http]\nendpoint = "http://127.0.0.1:4318/v1/logs"',
  grpc('headers = { x-otlp-meta = "abc123" }\ncompression = "gzip"\ntimeout_ms = 1'),
  grpc('tls = { client-certificate = "c.pem", client-private-key = "k.pem" }'),
  grpc('headers_helper = "print-headers"\nheaders_helper_refresh_interval_ms = 60_000'),
  '[otel]\nexporter = "console"\nmetrics_exporter = { console = {} }',
  '[otel]\nexporter = { file = { path = "${HOST}/events.jsonl", max_bytes = 1_000_000, max_files = 3 } }',
  '[otel]\ntrace_exporter = "otlp-grpc"\n[otel.traces]\nsampler = "traceidratio"\nratio = 0.25\npropagate = ["mcp", "model"]',
  '[otel.traces]\nsampler = "parentbased_traceidratio"\nratio = 1\npropagate = []',
  '[otel.span_attributes]\nteam = "platform"\n"deployment.stage" = "${STAGE:-dev}"\nempty = ""',
  '[otel.tracestate.acme]\ntier = "gold"\n"r-1" = "${HOST}"\n[otel.tracestate."1-2@acme"]\nk = ""',
  '[otel.metrics_exporter.otlp-http]\nendpoint = "https://otel.example.com/v1/metrics"',
]
