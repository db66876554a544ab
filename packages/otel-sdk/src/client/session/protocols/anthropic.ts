import {
  closedBefore,
  codeOf,
  failureText,
  field,
  isText,
  NOTHING,
  responseFacts,
  type StreamEvent,
  type StreamFinding,
  type StreamProtocol,
  type TokenCounts,
} from './stream-protocol.ts'

const OUTPUT: StreamFinding = { output: true, firstToken: true }

/** The fields of a `delta` that show that something was put out. */
const DELTA_TEXTS = ['text', 'thinking', 'partial_json'] as const

type Counts = Readonly<Record<string, number>>

/** The last value of each count: `message_start` has the first ones, each `message_delta` has the sums so far. */
const COUNTS: Readonly<Record<string, readonly string[]>> = {
  input: ['input_tokens'],
  cacheRead: ['cache_read_input_tokens'],
  cacheWrite: ['cache_creation_input_tokens'],
  output: ['output_tokens'],
  thinking: ['output_tokens_details', 'thinking_tokens'],
}

const FINDINGS: Readonly<Record<string, (event: StreamEvent) => StreamFinding>> = {
  message_start: ({ value }) => ({
    response: responseFacts(field(field(value, 'message'), 'id'), field(field(value, 'message'), 'model')),
  }),
  content_block_start: ({ value }) => ({
    output: true,
    firstToken: blockType(value).endsWith('tool_use'),
  }),
  content_block_delta: ({ value }) =>
    DELTA_TEXTS.some(name => isText(field(field(value, 'delta'), name))) ? OUTPUT : NOTHING,
  content_block_stop: () => NOTHING,
  message_delta: ({ value }) => ({
    response: responseFacts(undefined, undefined, field(field(value, 'delta'), 'stop_reason')),
  }),
  message_stop: () => ({ completed: true }),
  ping: () => NOTHING,
  error: ({ value, text }) => ({
    error: text(),
    failure: failureText(field(value, 'error'), 'error event received'),
    errorType: codeOf(field(value, 'error')),
  }),
}

/** The Messages API of Anthropic. */
export const ANTHROPIC: StreamProtocol = {
  name: 'anthropic',
  recognises: ({ type, value }) =>
    type === 'error'
      ? isText(field(field(value, 'error'), 'type')) && field(value, 'status') === undefined
      : type !== 'ping' && Object.hasOwn(FINDINGS, type),
  createReader() {
    let counts: Counts | undefined
    let inText = false
    return {
      read(event) {
        counts = readCounts(field(field(event.value, 'message'), 'usage'), counts)
        counts = readCounts(field(event.value, 'usage'), counts)
        const finding = (Object.hasOwn(FINDINGS, event.type) ? FINDINGS[event.type]?.(event) : undefined) ?? NOTHING
        if (event.type === 'content_block_start') inText = blockType(event.value) === 'text'
        if (event.type === 'content_block_stop' && inText) return { message: true }
        return finding.completed ? { completed: true, usage: counts && tokenCounts(counts) } : finding
      },
      done: () => NOTHING,
      end: () => closedBefore('message_stop'),
    }
  },
}

const blockType = (value: unknown): string => String(field(field(value, 'content_block'), 'type'))

function readCounts(usage: unknown, before: Counts | undefined): Counts | undefined {
  if (typeof usage !== 'object' || usage === null) return before
  const counts: Record<string, number> = { ...before }
  for (const [name, path] of Object.entries(COUNTS)) {
    const value = path.reduce<unknown>(field, usage)
    if (typeof value === 'number' && Number.isFinite(value)) counts[name] = value
  }
  return counts
}

/** The API counts what the cache gave or took beside the input; here, as in the other APIs, it is a part of the input. */
function tokenCounts(counts: Counts): TokenCounts {
  const { input = 0, cacheRead = 0, cacheWrite = 0, output = 0, thinking = 0 } = counts
  const inputTokens = input + cacheRead + cacheWrite
  return {
    inputTokens,
    outputTokens: output,
    cachedTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    reasoningTokens: thinking,
    totalTokens: inputTokens + output,
  }
}
