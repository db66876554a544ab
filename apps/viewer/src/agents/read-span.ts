import type { Attributes, ReceivedSpan } from '@codex/otlp-receiver'
import type { Role } from './agent.ts'
import { count, text, word } from './read-log.ts'

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
  const operation = word(attributes['gen_ai.operation.name'])
  const session = SESSIONS.map(key => word(attributes[key])).find(id => id !== undefined)
  const errorType = text(attributes['error.type'])
  const decision = word(attributes['codex.approval.decision'])
  const isRefused = operation === 'execute_tool' && errorType === REFUSED
  return {
    session: session ?? word(resource.attributes['session.id']),
    operation,
    role: roleOf(operation, decision),
    agent: word(attributes['gen_ai.agent.name']),
    model: word(attributes['gen_ai.response.model']) ?? word(attributes['gen_ai.request.model']),
    tool: word(attributes['gen_ai.tool.name']) ?? word(attributes['codex.tool_name']),
    call: word(attributes['gen_ai.tool.call.id']) ?? word(attributes['codex.call_id']),
    decision: isRefused ? 'declined' : decision,
    source: word(attributes['codex.approval.source']),
    ...tokensOf(attributes),
    error: status.code === 'error' ? status.message || errorType || 'failed' : undefined,
  }
}

/** Those of a response that says how large its input was, as of events. */
function tokensOf(attributes: Attributes): Pick<ReadSpan, 'input' | 'output' | 'cached' | 'cacheWrite'> {
  const input = count(attributes['gen_ai.usage.input_tokens'])
  const part = (name: string): number | undefined => (input === undefined ? undefined : count(attributes[name]))
  return {
    input,
    output: part('gen_ai.usage.output_tokens'),
    cached: part('gen_ai.usage.cache_read.input_tokens'),
    cacheWrite: part('gen_ai.usage.cache_creation.input_tokens'),
  }
}

function roleOf(operation: string | undefined, decision: string | undefined): Role {
  if (operation === undefined) return decision === undefined ? 'other' : 'decision'
  return operation === 'execute_tool' ? 'tool' : REQUESTS.has(operation) ? 'response' : 'other'
}
