import type { OtlpMessageInit } from '@codex/otlp-receiver/proto'

type KeyValue = OtlpMessageInit<'KeyValue'>

const START_NS = 1_795_372_122_000_000_000n
const EVENT_NS = 37_000_000n
const WORDS = 'the worker reads a record and writes it to the file before the next one comes in from the wire'.split(
  ' ',
)
const KINDS = ['response.output_text.delta', 'response.output_item.done', 'response.function_call_arguments.delta']

const text = (key: string, value: string): KeyValue => ({ key, value: { value: { case: 'stringValue', value } } })
const integer = (key: string, value: number): KeyValue => ({
  key,
  value: { value: { case: 'intValue', value: BigInt(value) } },
})

/** Words of about as many characters. */
function words(characters: number, seed: number): string {
  let text = ''
  for (let index = seed; text.length < characters; index++) text += `${WORDS[(index * 7) % WORDS.length]} `
  return text
}

/** The own attributes of the event with this number, in the shares that the Codex CLI sends. */
function own(number: number): KeyValue[] {
  const share = number % 115
  const callId = `call_${(number * 2_654_435_761).toString(36).padStart(16, '0')}`
  if (share < 100) {
    const event = [
      text('event.name', 'codex.sse_event'),
      text('event.kind', share === 0 ? 'response.completed' : (KINDS[share % KINDS.length] as string)),
      text('duration_ms', String((number * 13) % 900)),
    ]
    if (share !== 0) return event
    return [
      ...event,
      text('input_token_count', String(1_000 + number)),
      text('output_token_count', '56'),
      integer('cached_token_count', 1_000),
      integer('reasoning_token_count', 16),
      text('tool_token_count', String(1_056 + number)),
      integer('ttft_ms', 800),
    ]
  }
  if (share < 105) {
    return [
      text('event.name', 'codex.api_request'),
      text('duration_ms', String(number % 5_000)),
      text('http.response.status_code', '200'),
      integer('attempt', 0),
      text('endpoint', '/responses'),
    ]
  }
  if (share < 110) {
    return [
      text('event.name', 'codex.tool_decision'),
      text('tool_name', 'exec_command'),
      text('call_id', callId),
      text('decision', 'approved'),
      text('source', 'User'),
    ]
  }
  return [
    text('event.name', 'codex.tool_result'),
    text('tool_name', 'exec_command'),
    text('call_id', callId),
    text('arguments', words(120, number)),
    text('duration_ms', String(number % 9_000)),
    text('success', 'true'),
    text('output', words(1_200, number)),
  ]
}

/** A request with events in the shapes and the mix of the Codex CLI. `seed` makes others of the same. */
export function logRequest(count: number, seed: number): OtlpMessageInit<'ExportLogsServiceRequest'> {
  const logRecords = Array.from({ length: count }, (_, index) => {
    const number = seed * count + index
    const observedTimeUnixNano = START_NS + BigInt(number) * EVENT_NS
    return {
      observedTimeUnixNano,
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'event otel/src/events/session_telemetry.rs:1153',
      attributes: [
        ...own(number),
        text('event.timestamp', new Date(Number(observedTimeUnixNano / 1_000_000n)).toISOString()),
        text('conversation.id', `01a20484-7f65-70c0-9b06-${String(seed).padStart(12, '0')}`),
        text('app.version', '0.169.0'),
        text('auth_mode', 'ApiKey'),
        text('originator', 'codex_exec'),
        text('user.account_id', 'f2f7f1a8-5d0c-4f4c-8f0e-0d8f4c5f1b2a'),
        text('terminal.type', 'xterm-256color'),
        text('model', 'gpt-5.1-codex'),
        text('slug', 'gpt-5.1-codex'),
      ],
    }
  })
  const resource = {
    attributes: [text('env', 'dev'), text('service.name', 'codex_exec'), text('service.version', '0.169.0')],
  }
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'codex_otel.log_only' }, logRecords }] }] }
}
