import type { InputItem, ResponsesRequest } from './responses-api.ts'

/** A request and its response, which the server of a connection remembers. */
export interface Exchange {
  request: Omit<ResponsesRequest, 'input'>
  /** The items of the request and of the response, in order. */
  items: readonly InputItem[]
  responseId: string
}

/** A request as it is sent: the whole request, or its items since the previous response. */
export type SentRequest = ResponsesRequest & { previous_response_id?: string }

/** Leaves out the items that the server knows from the previous exchange on the same connection. */
export function incrementalRequest(request: ResponsesRequest, before: Exchange | undefined): SentRequest {
  if (before === undefined) return request
  const { input, ...rest } = request
  const known = before.items
  const continues = known.length <= input.length && known.every((item, i) => item === input[i])
  if (!continues || JSON.stringify(rest) !== JSON.stringify(before.request)) return request
  return { ...rest, input: input.slice(known.length), previous_response_id: before.responseId }
}
