import type { ServerSentEvent } from '@codex/otel-api'

/**
 * Streams in the shapes that the public documentation of the APIs gives, as of 2026-11-29: OpenAI's reference of Chat
 * Completions ("The chat completion chunk object", `stream_options.include_usage`) and Anthropic's "Streaming Messages".
 * The counts of tokens are those of the types of the client libraries `openai` 7.59 and `@anthropic-ai/sdk` 1.14.
 */

const chunk = (choices: readonly object[], extra: object = {}): object => ({
  id: 'chatcmpl-123',
  object: 'chat.completion.chunk',
  created: 1694268190,
  model: 'gpt-5.2-2026-03-01',
  choices,
  ...extra,
})

const choice = (delta: object, finish_reason: string | null = null): object => ({ index: 0, delta, finish_reason })

type Chunk = 'role' | 'text' | 'reasoning' | 'call' | 'stop' | 'length' | 'toolCalls' | 'usage' | 'error'

export const CHAT_CHUNKS: Record<Chunk, object> = {
  role: chunk([choice({ role: 'assistant', content: '' })]),
  text: chunk([choice({ content: 'Hello' })]),
  reasoning: chunk([choice({ reasoning_content: 'Let me see' })]),
  call: chunk([
    choice({
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '' } }],
    }),
  ]),
  stop: chunk([choice({}, 'stop')]),
  length: chunk([choice({}, 'length')]),
  toolCalls: chunk([choice({}, 'tool_calls')]),
  usage: chunk([], {
    usage: {
      prompt_tokens: 100,
      completion_tokens: 30,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 12 },
    },
  }),
  error: { error: { message: 'The server had an error', type: 'server_error', param: null, code: null } },
}

interface Typed {
  type: string
  [field: string]: unknown
}

const message = (usage: object): Typed => ({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [],
    model: 'claude-opus-5',
    stop_reason: null,
    stop_sequence: null,
    usage,
  },
})

type Event =
  | 'start'
  | 'ping'
  | 'textStart'
  | 'text'
  | 'stopBlock'
  | 'thinkingStart'
  | 'thinking'
  | 'signature'
  | 'toolStart'
  | 'json'
  | 'delta'
  | 'stop'
  | 'overloaded'

export const ANTHROPIC_EVENTS: Record<Event, Typed> = {
  start: message({
    input_tokens: 30,
    cache_creation_input_tokens: 10,
    cache_read_input_tokens: 60,
    output_tokens: 1,
  }),
  ping: { type: 'ping' },
  textStart: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  text: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  stopBlock: { type: 'content_block_stop', index: 0 },
  thinkingStart: { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  thinking: { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'First' } },
  signature: { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQBCg' } },
  toolStart: {
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} },
  },
  json: { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a' } },
  delta: {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 30, output_tokens_details: { thinking_tokens: 12 } },
  },
  stop: { type: 'message_stop' },
  overloaded: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
}

/** What both streams count, in the terms of the events: what the cache gave or took is a part of the input. */
export const TOKENS: Readonly<Record<string, number>> = {
  inputTokens: 100,
  outputTokens: 30,
  cachedTokens: 60,
  cacheWriteTokens: 10,
  reasoningTokens: 12,
  totalTokens: 130,
}

/** As server-sent events of Chat Completions, which have no names. */
export const unnamed = (items: readonly object[]): ServerSentEvent[] =>
  items.map(item => ({ data: JSON.stringify(item) }))

/** As server-sent events of Anthropic, which are named by their type. */
export const named = (items: readonly Typed[]): ServerSentEvent[] =>
  items.map(item => ({ event: item.type, data: JSON.stringify(item) }))

export const DONE: ServerSentEvent = { data: '[DONE]' }
