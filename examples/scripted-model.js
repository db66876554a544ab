// Plays a model on loopback, for tests and for those who have none at hand: it calls the first tool of a request once, then
// says what the tool gave back. It speaks the Responses, Chat Completions and Messages protocols in their streaming form.
// PORT chooses its port (default 11435; 0 takes a free one), FIRST_TOKEN_MS how long it thinks before it answers, and
// FAILURES how many requests it refuses before that, as a server with too much to do.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const FIRST_TOKEN_MS = Number(process.env.FIRST_TOKEN_MS ?? 300)
let failures = Number(process.env.FAILURES ?? 0)

/** What it calls a tool with, by the name of the tool's first parameter. */
const ARGUMENTS = { command: 'ls', path: 'package.json' }

/** What every answer counts, in the terms of OpenAI: what the cache gave or took is a part of the input. */
const TOKENS = { input: 1200, cacheRead: 1024, cacheWrite: 100, output: 30, reasoning: 12 }

const PROTOCOLS = {
  '/v1/responses': {
    tool: ({ name, parameters }) => ({ name, parameters }),
    toolOutput: ({ input }) => input.findLast(({ type }) => type === 'function_call_output')?.output,
    *answer(text, call) {
      const item = call
        ? { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: call.name, arguments: call.json }
        : { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }
      const response = {
        id: 'resp_1',
        object: 'response',
        status: 'completed',
        output: [item],
        usage: responsesUsage(),
      }
      yield { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } }
      yield THINKS
      yield { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [], arguments: '' } }
      const at = { item_id: item.id, output_index: 0 }
      if (call) yield { type: 'response.function_call_arguments.delta', ...at, delta: call.json }
      else for (const delta of parts(text)) yield { type: 'response.output_text.delta', ...at, content_index: 0, delta }
      yield { type: 'response.output_item.done', output_index: 0, item }
      yield { type: 'response.completed', response }
    },
  },
  '/v1/chat/completions': {
    tool: ({ function: { name, parameters } }) => ({ name, parameters }),
    toolOutput: ({ messages }) => messages.findLast(({ role }) => role === 'tool')?.content,
    *answer(text, call, { model, stream_options: options }) {
      const chunk = (choices, usage = null) => ({
        ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_800_000_000, model, choices },
        ...(options?.include_usage && { usage }),
      })
      const choice = (delta, finish_reason = null) => [{ index: 0, delta, logprobs: null, finish_reason }]
      yield THINKS
      yield chunk(choice({ role: 'assistant', content: call ? null : '' }))
      const started = { index: 0, id: 'call_1', type: 'function', function: { name: call?.name, arguments: '' } }
      if (call) yield chunk(choice({ tool_calls: [started] }))
      if (call) yield chunk(choice({ tool_calls: [{ index: 0, function: { arguments: call.json } }] }))
      else for (const content of parts(text)) yield chunk(choice({ content }))
      yield chunk(choice({}, call ? 'tool_calls' : 'stop'))
      if (options?.include_usage) yield chunk([], chatUsage())
      yield '[DONE]'
    },
  },
  '/v1/messages': {
    tool: ({ name, input_schema: parameters }) => ({ name, parameters }),
    toolOutput: ({ messages }) => messages.at(-1).content.find?.(({ type }) => type === 'tool_result')?.content,
    *answer(text, call, { model }) {
      const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [], model }
      const usage = { ...messagesUsage(), output_tokens: 1 }
      yield { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null, usage } }
      yield { type: 'ping' }
      yield THINKS
      const block = call ? { type: 'tool_use', id: 'toolu_1', name: call.name, input: {} } : { type: 'text', text: '' }
      yield { type: 'content_block_start', index: 0, content_block: block }
      const deltas = call
        ? parts(call.json).map(partial_json => ({ type: 'input_json_delta', partial_json }))
        : parts(text).map(text => ({ type: 'text_delta', text }))
      for (const delta of deltas) yield { type: 'content_block_delta', index: 0, delta }
      yield { type: 'content_block_stop', index: 0 }
      const end = { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null }
      yield { type: 'message_delta', delta: end, usage: messagesUsage() }
      yield { type: 'message_stop' }
    },
  },
}

/** The place in an answer before which the model thinks. */
const THINKS = Symbol('thinks')

const parts = text => text.match(/.{1,12}/gs) ?? []

const responsesUsage = () => ({
  input_tokens: TOKENS.input,
  input_tokens_details: { cached_tokens: TOKENS.cacheRead, cache_write_tokens: TOKENS.cacheWrite },
  output_tokens: TOKENS.output,
  output_tokens_details: { reasoning_tokens: TOKENS.reasoning },
  total_tokens: TOKENS.input + TOKENS.output,
})

const chatUsage = () => ({
  prompt_tokens: TOKENS.input,
  completion_tokens: TOKENS.output,
  total_tokens: TOKENS.input + TOKENS.output,
  prompt_tokens_details: { cached_tokens: TOKENS.cacheRead, cache_write_tokens: TOKENS.cacheWrite },
  completion_tokens_details: { reasoning_tokens: TOKENS.reasoning },
})

/** Messages count what the cache gave or took beside the input. */
const messagesUsage = () => ({
  input_tokens: TOKENS.input - TOKENS.cacheRead - TOKENS.cacheWrite,
  cache_creation_input_tokens: TOKENS.cacheWrite,
  cache_read_input_tokens: TOKENS.cacheRead,
  output_tokens: TOKENS.output,
  output_tokens_details: { thinking_tokens: TOKENS.reasoning },
})

const server = createServer(async (request, response) => {
  const protocol = PROTOCOLS[request.url.split('?')[0]]
  if (!protocol || request.method !== 'POST') return response.writeHead(404).end()
  const chunks = await request.toArray()
  if (failures-- > 0) return response.writeHead(503, { 'retry-after-ms': '1' }).end('busy')
  const asked = JSON.parse(Buffer.concat(chunks).toString())
  if (!asked.stream) return response.writeHead(400).end('it answers in streams alone')
  const output = protocol.toolOutput(asked)
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  for (const event of protocol.answer(`The tool gave back: ${output}`, output === undefined && callOf(asked), asked)) {
    if (event === THINKS) await sleep(FIRST_TOKEN_MS)
    else if (event.type) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    else response.write(`data: ${event === '[DONE]' ? event : JSON.stringify(event)}\n\n`)
  }
  response.end()

  function callOf({ tools }) {
    const { name, parameters } = protocol.tool(tools[0])
    const [parameter] = Object.keys(parameters.properties)
    return { name, json: JSON.stringify({ [parameter]: ARGUMENTS[parameter] }) }
  }
})

server.listen(Number(process.env.PORT ?? 11435), '127.0.0.1', () => {
  console.log(`A scripted model listens on http://127.0.0.1:${server.address().port}/v1`)
})
