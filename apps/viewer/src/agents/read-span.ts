import type { ReceivedSpan } from '@codex/otlp-receiver'
import type { Role } from './agent.ts'
import { count, text } from './read-log.ts'

/** A span by the semantic conventions for generative AI, which agents of any kind follow. */
export interface ReadSpan {
  session: string | undefined
  /** `chat`, `execute_tool`, `invoke_agent`, ...; `undefined` for a span of another kind. */
  operation: string | undefined
  role: Role
  agent: string | undefined
  model: string | undefined
  tool: string | undefined
  input: number | undefined
  output: number | undefined
  cached: number | undefined
}

const SESSIONS = ['conversation.id', 'gen_ai.conversation.id', 'session.id', 'thread_id'] as const
const REQUESTS: ReadonlySet<string> = new Set(['chat', 'generate_content', 'text_completion'])

export function readSpan({ attributes, resource }: ReceivedSpan): ReadSpan {
  const operation = text(attributes['gen_ai.operation.name'])
  const session = SESSIONS.map(key => text(attributes[key])).find(id => id !== undefined)
  return {
    session: session ?? text(resource.attributes['session.id']),
    operation,
    role: operation === 'execute_tool' ? 'tool' : operation && REQUESTS.has(operation) ? 'response' : 'other',
    agent: text(attributes['gen_ai.agent.name']),
    model: text(attributes['gen_ai.response.model']) ?? text(attributes['gen_ai.request.model']),
    tool: text(attributes['gen_ai.tool.name']),
    input: count(attributes['gen_ai.usage.input_tokens']),
    output: count(attributes['gen_ai.usage.output_tokens']),
    cached: count(attributes['gen_ai.usage.cache_read.input_tokens']),
  }
}
