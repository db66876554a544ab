import {
  closedBefore,
  codeOf,
  failureText,
  field,
  isText,
  readUsage,
  responseFacts,
  type StreamFinding,
  type StreamProtocol,
  type TokenCounts,
  type UsagePaths,
} from './stream-protocol.ts'

const USAGE: UsagePaths = {
  inputTokens: ['prompt_tokens'],
  outputTokens: ['completion_tokens'],
  cachedTokens: ['prompt_tokens_details', 'cached_tokens'],
  cacheWriteTokens: ['prompt_tokens_details', 'cache_write_tokens'],
  reasoningTokens: ['completion_tokens_details', 'reasoning_tokens'],
  totalTokens: ['total_tokens'],
}

/** Fields of a choice's `delta` that are an answer to the user. */
const ANSWERS = ['content', 'refusal'] as const
/** Fields of a choice's `delta` that are reasoning, as providers name it. */
const REASONING = ['reasoning_content', 'reasoning'] as const
/** Fields of a choice's `delta` that start a tool. */
const CALLS = ['tool_calls', 'function_call'] as const

/** The Chat Completions API of OpenAI, which many providers and local servers speak. */
export const CHAT: StreamProtocol = {
  name: 'chat',
  recognises: ({ type, value }) =>
    Array.isArray(field(value, 'choices')) || (type === '' && isError(field(value, 'error'))),
  createReader() {
    let usage: TokenCounts | undefined
    let answered = false
    let finished = false
    const completed = (): StreamFinding => ({ completed: true, usage })
    return {
      read({ value, text }) {
        const error = field(value, 'error')
        if (isError(error)) {
          const object = errorObject(error)
          return { error: text(), failure: failureText(object, 'error received'), errorType: codeOf(object) }
        }
        usage = readUsage(field(value, 'usage'), USAGE) ?? usage
        const choices = field(value, 'choices')
        let output = false
        let finishes = false
        let reason: unknown
        for (const choice of Array.isArray(choices) ? choices : []) {
          const delta = field(choice, 'delta')
          const answer = ANSWERS.some(name => isText(field(delta, name))) || isText(field(choice, 'text'))
          answered ||= answer
          output ||= answer || REASONING.some(name => isText(field(delta, name)))
          output ||= CALLS.some(name => hasCall(field(delta, name)))
          reason ??= field(choice, 'finish_reason')
          finishes ||= isText(reason)
        }
        finished ||= finishes
        const message = finishes && answered
        return finishes
          ? {
              output,
              firstToken: output,
              message,
              response: responseFacts(field(value, 'id'), field(value, 'model'), reason),
            }
          : { output, firstToken: output, message }
      },
      done: completed,
      // Some servers, and the client libraries, give no end mark: the reason to finish is as good.
      end: () => (finished ? completed() : closedBefore('[DONE]')),
    }
  },
}

const hasCall = (calls: unknown): boolean =>
  Array.isArray(calls) ? calls.length > 0 : typeof calls === 'object' && calls !== null

const isError = (error: unknown): boolean => isText(error) || (typeof error === 'object' && error !== null)

const errorObject = (error: unknown): unknown => (typeof error === 'string' ? { message: error } : error)
