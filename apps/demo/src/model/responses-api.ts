/** Where responses are asked for, below the provider's base URL. */
export const ENDPOINT = '/responses'

/** As much of the Responses API as the agent speaks. */
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
  /** Where a provider keeps it apart from the name. */
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

/** What an item of an output means for the next request; `undefined` for kinds that the agent does not use. */
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
    // A message without content is one that providers do not take back.
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

/** What an item says to the user: an answer, or why there is none. */
export function textOf(item: InputItem): string {
  if (item.type !== 'message') return ''
  return item.content.map(part => (part.type === 'refusal' ? part.refusal : part.text)).join('')
}
