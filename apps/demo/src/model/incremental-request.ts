import type { InputItem, ResponsesRequest } from './responses-api.ts'

/** A request that was answered, as the server of a connection remembers it. */
export interface Exchange {
  request: Omit<ResponsesRequest, 'input'>
  /** What was sent and what came back, in order. */
  items: readonly InputItem[]
  responseId: string
}

/** What is sent of a request: all of it, or what is new since the response before. */
export type SentRequest = ResponsesRequest & { previous_response_id?: string }

/** Leaves out of a request what the server knows from the exchange before it on the same connection. */
export function incrementalRequest(request: ResponsesRequest, before: Exchange | undefined): SentRequest {
  if (before === undefined) return request
  const { input, ...rest } = request
  const known = before.items
  const continues = known.length <= input.length && known.every((item, i) => item === input[i])
  if (!continues || JSON.stringify(rest) !== JSON.stringify(before.request)) return request
  return { ...rest, input: input.slice(known.length), previous_response_id: before.responseId }
}
