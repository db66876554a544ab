import type { Agent } from './agent.ts'

/** From the telemetry page of Gemini CLI's documentation. */
export const geminiCli: Agent = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  evidence: 'documentation',
  prefix: 'gemini_cli.',
  session: 'session.id',
  roles: {
    'gemini_cli.config': 'start',
    'gemini_cli.user_prompt': 'prompt',
    // Its api_request is sent before the request; what became of it are the other two.
    'gemini_cli.api_response': 'response',
    'gemini_cli.api_error': 'request',
    'gemini_cli.tool_call': 'tool',
  },
  attributes: {
    model: 'model',
    tool: 'function_name',
    duration: 'duration_ms',
    success: 'success',
    status: 'status_code',
    decision: 'decision',
    input: 'input_token_count',
    output: 'output_token_count',
    cached: 'cached_content_token_count',
    reasoning: 'thoughts_token_count',
    error: 'error',
    prompt: 'prompt',
    arguments: 'function_args',
  },
  decidedByUser: /^$/,
}
