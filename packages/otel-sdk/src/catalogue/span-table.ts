import {
  constant,
  content,
  count,
  derived,
  fact,
  field,
  label,
  origin,
  type SpanAttribute,
  type SpanRow,
  type SpanType,
  spanRow,
  tokens,
  twin,
  usage,
} from './span-row.ts'

const errorType = derived('string', 'errorType', {
  doc: 'Why it failed: the status code, a class of errors, the code that the provider gave, or `_OTHER`.',
  when: 'where it failed; the status is `ERROR` then, and unset otherwise',
})

/** What every span has, the application's own included. */
export const EVERY_SPAN: Readonly<Record<string, SpanAttribute>> = {
  'gen_ai.conversation.id': origin('conversationId', 'The conversation; of a sub-agent its own.'),
  'session.id': origin('sessionId', 'The conversation that the user has; the same for its sub-agents.'),
  'error.type': errorType,
}

/** What the spans have that the conventions for GenAI know. */
const genAi = (operation: string) => ({
  'gen_ai.operation.name': constant(operation, `\`${operation}\``),
  'gen_ai.agent.name': origin('agentName', 'What the agent calls itself.'),
})

const durationMs = { type: 'int', field: 'durationMs' } as const

/** Every type of span, what is on it and where that comes from. */
export const SPAN_TABLE: { readonly [Type in SpanType]: SpanRow } = {
  turn: spanRow<'turn'>()({
    name: 'invoke_agent',
    label: 'the name of the agent',
    kind: 'internal',
    doc: "From the user's prompt to the end of the agent's answer: the root of a trace, or below the span in whose trace the agent was started. Linked to the turn before it.",
    attributes: {
      ...genAi('invoke_agent'),
      'codex.turn.index': fact('int', 'turnIndex', 'Counts the turns of the conversation, from 1.', 'always'),
      'codex.outcome': derived('string', 'outcome', {
        doc: '`completed`, `failed`, `aborted`, or `process_exit` and `process_killed` where the process ended before the turn did.',
      }),
      'codex.turn.token_usage.input_tokens': tokens('inputTokens', 'Of all chats below it: read, the cached included.'),
      'codex.turn.token_usage.cached_input_tokens': tokens('cachedTokens', 'The same: read from the cache.'),
      'codex.turn.token_usage.cache_write_input_tokens': tokens('cacheWriteTokens', 'The same: written to the cache.'),
      'codex.turn.token_usage.output_tokens': tokens('outputTokens', 'The same: written, reasoning included.'),
      'codex.turn.token_usage.reasoning_output_tokens': tokens('reasoningTokens', 'The same: written to reason.'),
      'codex.turn.token_usage.total_tokens': tokens('totalTokens', 'The same: in all.'),
      'codex.turn.inference_calls': count('chat', 'Chats below it.'),
      'codex.turn.tool_calls': count('tool', 'Tool calls below it.'),
      'codex.turn.approvals': count('approval', 'Questions to the user below it.'),
      'codex.turn.ttft_ms': field(
        'int',
        'codex.turn_ttft',
        'durationMs',
        'To the first sign of an answer, in milliseconds.',
        'where there was one',
      ),
      'codex.prompt_length': field(
        'int',
        'codex.user_prompt',
        'promptLength',
        'Of the prompt, in Unicode code points.',
        'where the turn had a prompt',
      ),
      'codex.spans.dropped': fact(
        'int',
        'spansDropped',
        'Spans below it that were not recorded.',
        'where there were more than 1,000',
      ),
      'codex.auth_mode': origin('authMode', 'How the user is signed in.', 'where somebody is'),
      'codex.originator': origin('originator', 'The program that speaks to the provider.'),
      'codex.terminal.type': origin('terminalType', 'The kind of terminal.'),
      'gen_ai.input.messages': content(
        'codex.user_prompt',
        'prompt',
        "The user's prompt, as a list of one message in JSON.",
      ),
    },
    events: {},
  }),
  chat: spanRow<'chat'>()({
    name: 'chat',
    label: 'the model',
    kind: 'client',
    doc: 'One request to the model: all attempts, the renewal of credentials between them, and the answer to its end.',
    attributes: {
      ...genAi('chat'),
      'gen_ai.provider.name': fact('string', 'provider', 'Who runs the model, such as `openai`.', 'where it is known'),
      'gen_ai.request.model': label('The model that was asked.'),
      'gen_ai.request.stream': derived('boolean', 'isStream', {
        doc: '`true`',
        when: 'where the answer came as a stream',
      }),
      'gen_ai.response.id': fact('string', 'responseId', "The provider's id of the answer.", 'where there is one'),
      'gen_ai.response.model': fact('string', 'responseModel', 'The model that answered.', 'where the answer says so'),
      'gen_ai.response.finish_reasons': fact(
        'string[]',
        'finishReasons',
        'Why the model stopped.',
        'where the answer says so',
      ),
      'gen_ai.response.time_to_first_chunk': fact(
        'double',
        'firstChunkSeconds',
        'From the request to the first piece of the answer, in seconds.',
        'where one came',
      ),
      'gen_ai.usage.input_tokens': usage('inputTokens', 'Tokens read, the cached included.'),
      'gen_ai.usage.output_tokens': usage('outputTokens', 'Tokens written, reasoning included.'),
      'gen_ai.usage.cache_read.input_tokens': usage('cachedTokens', 'Tokens read from the cache.'),
      'gen_ai.usage.cache_creation.input_tokens': usage('cacheWriteTokens', 'Tokens written to the cache.'),
      'gen_ai.usage.reasoning.output_tokens': usage('reasoningTokens', 'Tokens written to reason.'),
      'openai.api.type': derived('string', 'apiType', {
        doc: '`responses` or `chat_completions`',
        when: 'where the endpoint is one of these',
      }),
      'server.address': fact('string', 'serverAddress', 'The host that was asked.', 'where the application says so'),
      'server.port': fact('int', 'serverPort', 'Its port.', 'where the application says so'),
      'http.response.status_code': field(
        'int',
        'codex.api_request',
        'statusCode',
        'Of the last attempt.',
        'where it was answered over HTTP',
      ),
      'codex.request.attempts': derived('int', 'attempts', { doc: 'Attempts over HTTP.', when: 'where there was one' }),
    },
    events: {
      'codex.api_request': twin('codex.api_request', {
        attempt: { type: 'int', field: 'attempt' },
        'http.response.status_code': { type: 'int', field: 'statusCode' },
        duration_ms: durationMs,
      }),
      'codex.auth_recovery': twin('codex.auth_recovery', {
        'auth.mode': { type: 'string', field: 'mode' },
        'auth.step': { type: 'string', field: 'step' },
        'auth.outcome': { type: 'string', field: 'outcome' },
        'auth.state_changed': { type: 'boolean', field: 'stateChanged' },
      }),
      'codex.websocket_connect': twin('codex.websocket_connect', {
        duration_ms: durationMs,
        'http.response.status_code': { type: 'int', field: 'statusCode' },
        success: { type: 'boolean', field: 'success' },
        'auth.connection_reused': { type: 'boolean', field: 'connectionReused' },
      }),
      'codex.websocket_request': twin('codex.websocket_request', {
        duration_ms: durationMs,
        success: { type: 'boolean', field: 'success' },
        'auth.connection_reused': { type: 'boolean', field: 'connectionReused' },
      }),
      'codex.turn_ttft': twin('codex.turn_ttft', { duration_ms: durationMs }),
    },
  }),
  tool: spanRow<'tool'>()({
    name: 'execute_tool',
    label: 'the tool',
    kind: 'internal',
    doc: 'A tool at work, from its start to its result; never the time in which a person was asked. A command that ran and returned an error is no failure of the tool.',
    attributes: {
      ...genAi('execute_tool'),
      'gen_ai.tool.name': label('The tool.'),
      'gen_ai.tool.call.id': fact('string', 'callId', 'The id that the model gave the call.', 'always'),
      'gen_ai.tool.type': derived('string', 'toolType', { doc: '`function`; `extension` where an MCP server has it' }),
      'codex.tool.namespace': fact('string', 'toolNamespace', '`functions`, or `mcp__<server>`.', 'always'),
      'codex.tool.arguments_length': fact('int', 'argumentsLength', 'In bytes of UTF-8.', 'where there were any'),
      'codex.tool.output_length': fact('int', 'outputLength', 'In bytes of UTF-8.', 'where there was any'),
      'codex.tool.output_line_count': fact('int', 'outputLineCount', 'Lines of the output.', 'where there was any'),
      'codex.tool.output_truncated': derived('boolean', 'outputTruncated', {
        doc: 'Whether log events have less than all of it.',
        when: 'where there was any',
      }),
      'codex.sandbox': fact('string', 'sandbox', 'What confined it.', 'where the application says so'),
      'process.exit.code': fact('int', 'exitCode', 'Of the command that it ran.', 'where the application says so'),
      'mcp.method.name': derived('string', 'mcpMethod', { doc: '`tools/call`', when: 'where an MCP server has it' }),
      'mcp.session.id': fact('string', 'mcpSessionId', "The server's session.", 'where the application says so'),
      'mcp.protocol.version': fact('string', 'mcpProtocolVersion', 'Of MCP.', 'where the application says so'),
      'jsonrpc.request.id': fact(
        'string',
        'mcpRequestId',
        'Of the request to the server.',
        'where the application says so',
      ),
      'network.transport': fact('string', 'networkTransport', '`pipe` or `tcp`.', 'where the application says so'),
      'codex.mcp.server': field(
        'string',
        'codex.tool_result',
        'mcpServer',
        'The MCP server.',
        'where an MCP server has it',
      ),
      'gen_ai.tool.call.arguments': content('codex.tool_result', 'arguments', 'What the model called it with.'),
      'gen_ai.tool.call.result': content('codex.tool_result', 'output', 'What it answered, cut as in log events.'),
    },
    events: {
      'codex.sandbox_outcome': twin('codex.sandbox_outcome', {
        outcome: { type: 'string', field: 'outcome' },
        initial_duration_ms: { type: 'int', field: 'initialDurationMs' },
      }),
      'codex.tool_decision': twin('codex.tool_decision', {
        decision: { type: 'string', field: 'decision' },
        source: { type: 'string', field: 'source' },
      }),
    },
  }),
  approval: spanRow<'approval'>()({
    name: 'codex.approval',
    kind: 'internal',
    doc: 'The time in which somebody was asked whether a tool may run. There is none where the configuration decided, or an earlier answer.',
    attributes: {
      'codex.approval.decision': field('string', 'codex.tool_decision', 'decision', 'What was decided.', 'once it was'),
      'codex.approval.source': field('string', 'codex.tool_decision', 'source', 'Who decided.', 'once it was'),
      'codex.tool_name': field('string', 'codex.tool_decision', 'toolName', 'The tool in question.', 'once it was'),
      'codex.call_id': field('string', 'codex.tool_decision', 'callId', 'The call in question.', 'once it was'),
    },
    events: {},
  }),
  sessionInit: spanRow<'sessionInit'>()({
    name: 'codex.session_init',
    kind: 'internal',
    doc: 'From the start of a session to its first turn: a trace of its own, which the first turn is linked to. Log events `codex.startup_phase` that come later have its ids.',
    attributes: {
      'codex.provider_name': field(
        'string',
        'codex.conversation_starts',
        'providerName',
        'The provider as the application names it.',
        'where the application says so',
      ),
      'codex.approval_policy': field(
        'string',
        'codex.conversation_starts',
        'approvalPolicy',
        'When the user is asked.',
        'where the application says so',
      ),
      'codex.sandbox_policy': field(
        'string',
        'codex.conversation_starts',
        'sandboxPolicy',
        'What commands may do.',
        'where the application says so',
      ),
      'codex.mcp_server_count': field(
        'int',
        'codex.conversation_starts',
        'mcpServers',
        'MCP servers.',
        'where the application says so',
      ),
      'codex.context_window': field(
        'int',
        'codex.conversation_starts',
        'contextWindow',
        'Of the model, in tokens.',
        'where the application says so',
      ),
    },
    events: {
      'codex.startup_phase': twin('codex.startup_phase', {
        'startup.phase': { type: 'string', field: 'phase' },
        'startup.status': { type: 'string', field: 'status' },
        duration_ms: durationMs,
      }),
    },
  }),
}
