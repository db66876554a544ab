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
  call: string | undefined
  /** Of the time in which a person was asked; of a call that its agent refused, `declined`. */
  decision: string | undefined
  source: string | undefined
  input: number | undefined
  output: number | undefined
  cached: number | undefined
  cacheWrite: number | undefined
  /** What went wrong; `undefined` where nothing did. */
  error: string | undefined
}

const SESSIONS = ['conversation.id', 'gen_ai.conversation.id', 'session.id', 'thread_id'] as const
const REQUESTS: ReadonlySet<string> = new Set(['chat', 'generate_content', 'text_completion'])
/** What codex-otel says of a call that never ran. */
const REFUSED = 'rejected'

export function readSpan({ attributes, resource, status }: ReceivedSpan): ReadSpan {
  const operation = text(attributes['gen_ai.operation.name'])
  const session = SESSIONS.map(key => text(attributes[key])).find(id => id !== undefined)
  const errorType = text(attributes['error.type'])
  const decision = text(attributes['codex.approval.decision'])
  const isRefused = operation === 'execute_tool' && errorType === REFUSED
  return {
    session: session ?? text(resource.attributes['session.id']),
    operation,
    role: roleOf(operation, decision),
    agent: text(attributes['gen_ai.agent.name']),
    model: text(attributes['gen_ai.response.model']) ?? text(attributes['gen_ai.request.model']),
    tool: text(attributes['gen_ai.tool.name']) ?? text(attributes['codex.tool_name']),
    call: text(attributes['gen_ai.tool.call.id']) ?? text(attributes['codex.call_id']),
    decision: isRefused ? 'declined' : decision,
    source: text(attributes['codex.approval.source']),
    input: count(attributes['gen_ai.usage.input_tokens']),
    output: count(attributes['gen_ai.usage.output_tokens']),
    cached: count(attributes['gen_ai.usage.cache_read.input_tokens']),
    cacheWrite: count(attributes['gen_ai.usage.cache_creation.input_tokens']),
    error: status.code === 'error' ? status.message || errorType || 'failed' : undefined,
  }
}

function roleOf(operation: string | undefined, decision: string | undefined): Role {
  if (operation === undefined) return decision === undefined ? 'other' : 'decision'
  return operation === 'execute_tool' ? 'tool' : REQUESTS.has(operation) ? 'response' : 'other'
}
