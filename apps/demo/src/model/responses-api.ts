/** The path of the Responses API below the provider's base URL. */
export const ENDPOINT = '/responses'

/** The part of the Responses API that the agent uses. */
export type InputItem =
  | { type: 'message'; role: 'user' | 'assistant'; content: ContentPart[] }
  | { type: 'reasoning'; summary: unknown[]; encrypted_content?: string }
  | FunctionCall
  | CustomToolCall
  | { type: 'function_call_output' | 'custom_tool_call_output'; call_id: string; output: string }

export type ContentPart = { type: 'input_text' | 'output_text'; text: string } | { type: 'refusal'; refusal: string }

export interface FunctionCall {
  type: 'function_call'
  call_id: string
  name: string
  /** Present where a provider sends the namespace apart from the name. */
  namespace?: string
  /** JSON text, as the model wrote it. */
  arguments: string
}

export interface CustomToolCall {
  type: 'custom_tool_call'
  call_id: string
  name: string
  input: string
}

export interface FunctionTool {
  type: 'function'
  name: string
  description: string
  strict: boolean
  parameters: Record<string, unknown>
}

export interface ResponsesRequest {
  model: string
  instructions: string
  input: readonly InputItem[]
  tools: readonly FunctionTool[]
  tool_choice: 'auto'
  parallel_tool_calls: boolean
  reasoning?: { effort?: string; summary?: string }
  include: string[]
  store: false
  stream: true
  prompt_cache_key: string
}

/** The item of the next request for an item of an output; `undefined` for kinds that the agent does not use. */
export function toInputItem(item: unknown): InputItem | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const {
    type,
    role,
    content,
    summary,
    encrypted_content,
    call_id,
    name,
    namespace,
    arguments: args,
    input,
  } = item as Record<string, unknown>
  if (type === 'message' && role === 'assistant' && Array.isArray(content)) {
    const parts = content.flatMap(toContentPart)
    // Providers refuse a request with a message without content.
    return parts.length === 0 ? undefined : { type, role, content: parts }
  }
  if (type === 'reasoning') {
    const encrypted = typeof encrypted_content === 'string' ? { encrypted_content } : {}
    return { type, summary: Array.isArray(summary) ? summary : [], ...encrypted }
  }
  if (typeof call_id !== 'string' || typeof name !== 'string') return undefined
  if (type === 'function_call') {
    const apart = typeof namespace === 'string' && namespace !== '' ? { namespace } : {}
    return { type, call_id, name, ...apart, arguments: typeof args === 'string' ? args : '' }
  }
  if (type === 'custom_tool_call') return { type, call_id, name, input: typeof input === 'string' ? input : '' }
  return undefined
}

function toContentPart(part: { text?: unknown; refusal?: unknown } | null | undefined): ContentPart[] {
  if (typeof part?.text === 'string') return [{ type: 'output_text', text: part.text }]
  return typeof part?.refusal === 'string' ? [{ type: 'refusal', refusal: part.refusal }] : []
}

/** The text of an item for the user: an answer or a refusal. */
export function textOf(item: InputItem): string {
  if (item.type !== 'message') return ''
  return item.content.map(part => (part.type === 'refusal' ? part.refusal : part.text)).join('')
}
