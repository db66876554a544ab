import { randomUUID } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'

type Attribute = readonly [string, string | boolean]

const WORDS =
  'the spool waits until its seal is there and a test reads the file again before worker hands over what it has'.split(
    ' ',
  )
const MODELS = ['gpt-5.1-codex', 'gpt-5.1-codex-mini', 'gpt-5.2']
const TOOLS = ['exec_command', 'exec_command', 'exec_command', 'apply_patch', 'view_image', 'update_plan']
const STREAM = [
  'response.output_text.delta',
  'response.output_text.delta',
  'response.output_item.added',
  'response.content_part.done',
]
const SESSION_EVENTS = 1_393
const DAYS = 30
export const EVENTS_IN_REQUEST = 512

/** The same numbers in each run. */
function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * Writes events of the shapes and in the mix of the Codex CLI's, once as JSON lines and once as protobuf with the length before
 * each request.
 */
export function writeEvents(count: number, jsonPath: string, protoPath: string): void {
  const json = openSync(jsonPath, 'w')
  const proto = openSync(protoPath, 'w')
  const random = lcg(1)
  const buffer = Buffer.alloc(8 * 1024 * 1024)
  const events = eventsOf(count, random)
  for (let left = count; left > 0; left -= EVENTS_IN_REQUEST) {
    const records: Event[] = []
    for (let index = 0; index < Math.min(EVENTS_IN_REQUEST, left); index++) records.push(events.next().value as Event)
    const line = `{"resourceLogs":[{"resource":${RESOURCE_JSON},"scopeLogs":[{"scope":{"name":"codex_otel.log_only"},"logRecords":[${records.map(jsonOf).join(',')}]}]}]}\n`
    writeSync(json, line)
    const length = encodeRequest(buffer, records)
    const head = Buffer.alloc(4)
    head.writeUInt32BE(length)
    writeSync(proto, head)
    writeSync(proto, buffer, 0, length)
  }
  closeSync(json)
  closeSync(proto)
}

interface Event {
  timeMs: number
  attributes: Attribute[]
}

function* eventsOf(count: number, random: () => number): Generator<Event> {
  const start = Date.UTC(2026, 9, 1)
  const step = (DAYS * 86_400_000) / Math.ceil(count / SESSION_EVENTS)
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  const text = (words: number): string => Array.from({ length: words }, () => pick(WORDS)).join(' ')
  const whole = (below: number): string => String(Math.floor(random() * below))
  for (let session = 0; ; session++) {
    const id = randomUUID()
    const model = pick(MODELS)
    let timeMs = start + Math.floor(session * step)
    const event = (name: string, after: number, ...own: Attribute[]): Event => {
      timeMs += after
      const timestamp = new Date(timeMs).toISOString()
      const common: Attribute[] = [
        ['event.timestamp', timestamp],
        ['conversation.id', id],
        ['app.version', '0.171.0'],
        ['originator', 'codex_exec'],
        ['terminal.type', 'xterm-256color'],
        ['model', model],
        ['slug', model],
      ]
      return { timeMs, attributes: [['event.name', name], ...own, ...common] }
    }
    let made = 1
    yield event(
      'codex.conversation_starts',
      0,
      ['provider_name', 'openai'],
      ['approval_policy', 'on-request'],
      ['mcp_servers', ''],
    )
    while (made < SESSION_EVENTS) {
      if (made % 300 === 1) {
        const prompt = text(20)
        yield event('codex.user_prompt', 20_000, ['prompt_length', String(prompt.length)], ['prompt', prompt])
        made += 1
      }
      const failed = random() < 0.03
      const status: Attribute[] = failed
        ? [
            ['http.response.status_code', '429'],
            ['error.message', 'http 429: rate limit reached'],
          ]
        : [['http.response.status_code', '200']]
      yield event(
        'codex.api_request',
        300,
        ['duration_ms', whole(3_000)],
        ...status,
        ['attempt', failed ? '1' : '0'],
        ['auth.header_attached', true],
        ['endpoint', '/responses'],
      )
      made += 1
      if (failed) continue
      for (let part = 0; part < 19; part++)
        yield event('codex.sse_event', 40, ['event.kind', pick(STREAM)], ['duration_ms', whole(60)])
      const input = 2_000 + Math.floor(random() * 100_000)
      yield event(
        'codex.sse_event',
        5,
        ['event.kind', 'response.completed'],
        ['input_token_count', String(input)],
        ['output_token_count', whole(2_000)],
        ['cached_token_count', String(Math.floor(input * random()))],
        ['cache_write_token_count', '0'],
        ['reasoning_token_count', whole(500)],
        ['tool_token_count', String(input + 500)],
        ['ttft_ms', whole(2_500)],
      )
      made += 20
      if (random() < 0.17) continue
      const call = `call_${whole(2 ** 31)}`
      const tool = pick(TOOLS)
      const asked = random() < 0.1
      yield event(
        'codex.tool_decision',
        asked ? 9_000 : 2,
        ['tool_name', tool],
        ['call_id', call],
        ['decision', 'approved'],
        ['source', asked ? 'User' : 'Config'],
      )
      const output = text(20 + Math.floor(random() * 380)).slice(0, 2_048)
      yield event(
        'codex.tool_result',
        500,
        ['tool_name', tool],
        ['call_id', call],
        ['duration_ms', whole(9_000)],
        ['success', random() < 0.95 ? 'true' : 'false'],
        ['output_truncated', false],
        ['arguments', `{"cmd":"${text(6)}"}`],
        ['output', output],
      )
      made += 2
    }
  }
}

const RESOURCE: readonly Attribute[] = [
  ['service.name', 'codex_exec'],
  ['service.version', '0.171.0'],
  ['telemetry.sdk.name', 'opentelemetry'],
  ['host.name', 'machine'],
  ['env', 'dev'],
]
const attributeJson = ([key, value]: Attribute): string =>
  `{"key":${JSON.stringify(key)},"value":${typeof value === 'boolean' ? `{"boolValue":${value}}` : `{"stringValue":${JSON.stringify(value)}}`}}`
const RESOURCE_JSON = `{"attributes":[${RESOURCE.map(attributeJson).join(',')}]}`

const jsonOf = ({ timeMs, attributes }: Event): string =>
  `{"timeUnixNano":"${timeMs}000000","observedTimeUnixNano":"${timeMs}000000","severityNumber":9,"severityText":"INFO","attributes":[${attributes.map(attributeJson).join(',')}]}`

/** All texts are ASCII. Messages are written from their end, so that each length is known when it is written. */
function encodeRequest(target: Buffer, records: readonly Event[]): number {
  let at = target.length
  const varint = (value: number): void => {
    const bytes: number[] = []
    do {
      bytes.push(value > 127 ? (value & 127) | 128 : value)
      value >>>= 7
    } while (value > 0)
    at -= bytes.length
    for (let index = 0; index < bytes.length; index++) target[at + index] = bytes[index] ?? 0
  }
  const message = (field: number, write: () => void): void => {
    const end = at
    write()
    varint(end - at)
    varint((field << 3) | 2)
  }
  const string = (field: number, text: string): void =>
    message(field, () => {
      at -= text.length
      target.write(text, at, 'latin1')
    })
  const attribute = (field: number, [key, value]: Attribute): void =>
    message(field, () => {
      message(2, () => {
        if (typeof value === 'string') return string(1, value)
        varint(Number(value))
        varint(2 << 3)
      })
      string(1, key)
    })
  const fixed64 = (field: number, timeMs: number): void => {
    at -= 8
    target.writeBigUInt64LE(BigInt(timeMs) * 1_000_000n, at)
    varint((field << 3) | 1)
  }
  const end = at
  message(1, () => {
    message(2, () => {
      for (const { timeMs, attributes } of records.toReversed()) {
        message(2, () => {
          fixed64(11, timeMs)
          for (const pair of attributes.toReversed()) attribute(6, pair)
          string(3, 'INFO')
          varint(9)
          varint(2 << 3)
          fixed64(1, timeMs)
        })
      }
      message(1, () => string(1, 'codex_otel.log_only'))
    })
    message(1, () => {
      for (const pair of RESOURCE.toReversed()) attribute(1, pair)
    })
  })
  const length = end - at
  target.copy(target, 0, at, end)
  return length
}
