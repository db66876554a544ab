import type { Agent } from './agent.ts'

/** From the monitoring page of Claude Code's documentation. */
export const claudeCode: Agent = {
  id: 'claude-code',
  name: 'Claude Code',
  evidence: 'documentation',
  prefix: 'claude_code.',
  session: 'session.id',
  roles: {
    'claude_code.user_prompt': 'prompt',
    'claude_code.api_request': 'response',
    'claude_code.api_error': 'request',
    'claude_code.tool_decision': 'decision',
    'claude_code.tool_result': 'tool',
  },
  attributes: {
    model: 'model',
    tool: 'tool_name',
    duration: 'duration_ms',
    success: 'success',
    status: 'status_code',
    attempt: 'attempt',
    call: 'tool_use_id',
    decision: 'decision',
    source: 'source',
    input: 'input_tokens',
    output: 'output_tokens',
    cached: 'cache_read_tokens',
    cacheWrite: 'cache_creation_tokens',
    error: 'error',
    prompt: 'prompt',
    arguments: 'tool_parameters',
  },
  inputWithoutCache: true,
  decidedByUser: /^user_/,
}
