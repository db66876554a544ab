import {
  closedBefore,
  codeOf,
  failureText,
  field,
  NOTHING,
  type ResponseFacts,
  readUsage,
  responseFacts,
  type StreamEvent,
  type StreamFinding,
  type StreamProtocol,
  type UsagePaths,
} from './stream-protocol.ts'

const USAGE: UsagePaths = {
  inputTokens: ['input_tokens'],
  outputTokens: ['output_tokens'],
  cachedTokens: ['input_tokens_details', 'cached_tokens'],
  cacheWriteTokens: ['input_tokens_details', 'cache_write_tokens'],
  reasoningTokens: ['output_tokens_details', 'reasoning_tokens'],
  totalTokens: ['total_tokens'],
}

const OUTPUT: StreamFinding = { output: true, firstToken: true }

const FINDINGS: Readonly<Record<string, (event: StreamEvent) => StreamFinding>> = {
  'response.failed': ({ value, text }) => ({
    error: text(),
    failure: failureText(field(field(value, 'response'), 'error'), 'response.failed event received'),
    errorType: codeOf(field(field(value, 'response'), 'error')),
    response: factsOf(value),
  }),
  error: ({ value }) => ({ errorEvent: errorText(value), errorType: codeOf(field(value, 'error') ?? value) }),
  'response.incomplete': ({ value }) => ({
    failure: incompleteText(field(value, 'response')),
    errorType: 'incomplete',
    response: factsOf(value, field(field(field(value, 'response'), 'incomplete_details'), 'reason')),
  }),
  'response.completed': ({ value }) => ({
    completed: true,
    response: factsOf(value, finishReason(field(value, 'response'))),
    usage: readUsage(field(field(value, 'response'), 'usage'), USAGE),
  }),
  'response.output_item.added': ({ value }) => ({ output: true, firstToken: isCall(field(value, 'item')) }),
  'response.output_item.done': ({ value }) => {
    const item = field(value, 'item')
    return { output: true, firstToken: isCall(item), message: field(item, 'type') === 'message' }
  },
  'response.output_text.delta': () => OUTPUT,
  'response.reasoning_summary_text.delta': () => OUTPUT,
  'response.reasoning_text.delta': () => OUTPUT,
}

/** The Responses API of OpenAI. */
export const RESPONSES: StreamProtocol = {
  name: 'responses',
  recognises: ({ type }) => type.startsWith('response.'),
  createReader: () => ({
    read: event => (Object.hasOwn(FINDINGS, event.type) ? FINDINGS[event.type]?.(event) : undefined) ?? NOTHING,
    done: () => NOTHING,
    end: () => closedBefore('response.completed'),
  }),
}

const factsOf = (event: unknown, reason?: unknown): ResponseFacts | undefined => {
  const response = field(event, 'response')
  return responseFacts(field(response, 'id'), field(response, 'model'), reason)
}

/** The words of the other APIs: this one says no more than that the response is complete. */
function finishReason(response: unknown): string {
  const output = field(response, 'output')
  return Array.isArray(output) && output.some(isCall) ? 'tool_calls' : 'stop'
}

const isCall = (item: unknown): boolean => String(field(item, 'type')).endsWith('_call')

export function errorText(event: unknown): string {
  const message = field(field(event, 'error'), 'message') ?? field(event, 'message') ?? 'error event received'
  return `stream disconnected before completion: ${String(message)}`
}

function incompleteText(response: unknown): string {
  const reason = field(field(response, 'incomplete_details'), 'reason') ?? 'unknown'
  return `incomplete response returned, reason: ${String(reason)}`
}
