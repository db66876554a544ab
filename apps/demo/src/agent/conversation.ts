import type { Provider } from '../config/provider.ts'
import type { Settings } from '../config/settings.ts'
import type { McpServers } from '../mcp/mcp-servers.ts'
import { type AskModelOptions, askModel } from '../model/ask-model.ts'
import type { Credentials } from '../model/credentials.ts'
import { ModelError } from '../model/model-error.ts'
import type { ResponseListener } from '../model/read-response.ts'
import { type InputItem, type ResponsesRequest, textOf } from '../model/responses-api.ts'
import { createWebsocketSession } from '../model/websocket-session.ts'
import type { SessionTelemetry } from '../telemetry.ts'
import { EXEC_COMMAND_TOOL } from '../tools/exec-command.ts'
import { untilAborted } from '../until-aborted.ts'
import { VERSION } from '../version.ts'
import { createFinalAnswers } from './final-answers.ts'
import type { ToolCalls } from './tool-calls.ts'

export interface ConversationOptions {
  id: string
  model: string
  originator: string
  settings: Settings
  provider: Provider
  credentials: Credentials
  telemetry: SessionTelemetry
  toolCalls: ToolCalls
  mcpServers: Pick<McpServers, 'names' | 'starting' | 'ready' | 'functions'>
  cwd: string
  /** The items of an earlier conversation that continues. */
  history?: readonly InputItem[] | undefined
  /** Called after each turn with the items that the next turn builds on. */
  onHistory?: ((history: readonly InputItem[]) => void) | undefined
  onWarning: AskModelOptions['onWarning']
  listener: ResponseListener &
    Pick<AskModelOptions, 'onAsk' | 'onRetry' | 'onFallback'> & {
      /** Called when a turn waits for MCP servers that have not started, with their names. */
      onStarting(servers: readonly string[]): void
      /** The text of a complete response: the answer, or a remark before a tool call. */
      onMessage(text: string, kind: 'answer' | 'remark'): void
      /** Called when a complete response has neither an answer nor a tool call that can be run; it ends the turn. */
      onNothing(): void
    }
}

/** The turns of one conversation. */
export interface Conversation {
  /**
   * Sends the prompt, carries out the tool calls of the response, and sends their outputs until the model answers.
   * @throws ModelError, TurnAborted, or the signal's reason.
   */
  turn(prompt: string, signal: AbortSignal): Promise<void>
  /** Closes the connection to the provider. */
  close(): void
}

/** The most requests of one turn, so that a turn with a model that never answers ends. */
const MAX_REQUESTS_PER_TURN = 200
/** The most calls of one response: the user is asked about each of them, or waits for it. */
const MAX_CALLS_PER_RESPONSE = 128

/** Starts a conversation: emits `codex.conversation_starts`, and opens a WebSocket where the provider supports one. */
export function startConversation(options: ConversationOptions): Conversation {
  const { settings, telemetry } = options
  const finalAnswers = createFinalAnswers(telemetry)
  const listener = { ...options.listener, onItem: finalAnswers.onItem }
  const history: InputItem[] = [...(options.history ?? [])]
  telemetry.emit('codex.conversation_starts', {
    providerName: options.provider.name,
    reasoningEffort: settings.reasoningEffort,
    reasoningSummary: settings.reasoningSummary ?? 'auto',
    contextWindow: settings.contextWindow,
    autoCompactTokenLimit: settings.autoCompactTokenLimit,
    approvalPolicy: settings.approvalPolicy,
    sandboxPolicy: settings.sandboxPolicy,
    mcpServers: options.mcpServers.names,
  })

  const websocket = options.provider.supportsWebsockets ? createWebsocketSession() : undefined
  const closing = new AbortController()
  const question = (input: readonly InputItem[], signal: AbortSignal): AskModelOptions => ({
    provider: options.provider,
    credentials: options.credentials,
    telemetry,
    headers: {
      originator: options.originator,
      session_id: options.id,
      'user-agent': `codex-demo/${VERSION}`,
    },
    request: buildRequest(options, input),
    websocket,
    listener,
    onAsk: listener.onAsk,
    onRetry: listener.onRetry,
    onFallback: listener.onFallback,
    onWarning: options.onWarning,
    signal,
  })
  const ask = (signal: AbortSignal): Promise<InputItem[]> => askModel(question([...history], signal))

  /** Opens the WebSocket while the user types. The request lists the tools, so it waits for the MCP servers. */
  async function prewarm(): Promise<void> {
    if (websocket === undefined) return
    await options.mcpServers.ready(closing.signal)
    await websocket.prewarm({ ...question([...history], closing.signal), listener: {} })
  }
  const prewarmed = prewarm().catch(() => {})

  async function takeTurn(prompt: string, signal: AbortSignal): Promise<void> {
    const before = history.length
    const asked: InputItem = { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] }
    try {
      const starting = options.mcpServers.starting()
      if (starting.length > 0) listener.onStarting(starting)
      await options.mcpServers.ready(signal)
      await untilAborted(prewarmed, signal)
      history.push(asked)
      finalAnswers.beginTurn()
      for (let requests = 0; requests < MAX_REQUESTS_PER_TURN; requests++) {
        signal.throwIfAborted()
        const items = await ask(signal)
        const calls = items.filter(item => item.type === 'function_call' || item.type === 'custom_tool_call').length
        if (calls > MAX_CALLS_PER_RESPONSE) {
          const message = `the model asked for ${calls} tools at once, and at most ${MAX_CALLS_PER_RESPONSE} are run`
          throw new ModelError(`${message}; the turn was ended`, { next: 'never' })
        }
        const isFinal = calls === 0
        const text = items.map(textOf).join('')
        if (text !== '') listener.onMessage(text, isFinal ? 'answer' : 'remark')
        else if (isFinal) listener.onNothing()
        if (isFinal) {
          history.push(...items)
          return
        }
        await runTools(items, signal)
      }
      throw new ModelError(`the model asked for tools ${MAX_REQUESTS_PER_TURN} times in one turn; the turn was ended`, {
        next: 'never',
      })
    } catch (error) {
      // The history keeps what the turn got done. The prompt of a turn without any response is taken out again where the turn
      // failed, and stays where the user aborted it: the next turn goes on with it.
      if (signal.aborted && history.length === before) history.push(asked)
      if (!signal.aborted && history.length === before + 1) history.length = before
      throw error
    } finally {
      if (history.length > before) options.onHistory?.(history)
    }
  }

  /** Runs the tools of a response. Where that is aborted, the calls that were not carried out get an output that says so. */
  async function runTools(items: readonly InputItem[], signal: AbortSignal): Promise<void> {
    const outputs: InputItem[] = []
    try {
      await options.toolCalls.run(items, signal, outputs)
    } finally {
      history.push(...items, ...outputs, ...outputsOfAborted(items, outputs))
    }
  }

  return {
    turn: (prompt, signal) => telemetry.observeTurn({ prompt }, () => takeTurn(prompt, signal)),
    close() {
      closing.abort(new Error('the conversation ended'))
      websocket?.close()
    },
  }
}

/** Providers refuse a request with a call that has no output. */
function outputsOfAborted(items: readonly InputItem[], outputs: readonly InputItem[]): InputItem[] {
  const carriedOut = new Set(outputs.flatMap(item => ('output' in item ? item.call_id : [])))
  return items.flatMap((item): InputItem[] =>
    (item.type === 'function_call' || item.type === 'custom_tool_call') && !carriedOut.has(item.call_id)
      ? [{ type: `${item.type}_output`, call_id: item.call_id, output: 'aborted' }]
      : [],
  )
}

function buildRequest(options: ConversationOptions, input: readonly InputItem[]): ResponsesRequest {
  const { reasoningEffort: effort, reasoningSummary: summary } = options.settings
  // Models without reasoning refuse both fields, so the agent sends them only where the configuration names one.
  const reasons = effort !== undefined || summary !== undefined
  const reasoning = {
    ...(effort !== undefined && { effort }),
    ...(summary !== 'none' && { summary: summary ?? 'auto' }),
  }
  return {
    model: options.model,
    instructions: `You are a coding agent in a terminal. The working directory is ${options.cwd}. Use exec_command to look at files and to change them; a command may need the user's approval. Answer briefly, in plain text.`,
    input,
    tools: [EXEC_COMMAND_TOOL, ...options.mcpServers.functions()],
    tool_choice: 'auto',
    parallel_tool_calls: true,
    ...(reasons && { reasoning }),
    include: reasons ? ['reasoning.encrypted_content'] : [],
    store: false,
    stream: true,
    prompt_cache_key: options.id,
  }
}
