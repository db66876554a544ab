import { describe, expect, it } from 'vitest'
import { answer, COMPLETED, calls, sse, startModelServer } from '../../test/model-server.ts'
import { recordingTelemetry } from '../../test/recording-telemetry.ts'
import { messagesOf, startWebsocketServer } from '../../test/websocket-server.ts'
import type { Provider } from '../config/provider.ts'
import { CREDENTIALS, PROVIDER } from '../model/ask.fixture.ts'
import { type ConversationOptions, startConversation } from './conversation.ts'

/** Starts a conversation with the model at `baseUrl`; `shown` is its output for the user, `recorded` its telemetry. */
async function open(
  baseUrl: string,
  run: ConversationOptions['toolCalls']['run'] = async () => {},
  provider: Partial<Provider> = {},
) {
  const telemetry = recordingTelemetry()
  const shown: string[] = []
  const conversation = startConversation({
    id: 'id',
    model: 'm',
    originator: 'o',
    settings: { approvalPolicy: 'never', sandboxPolicy: 'danger-full-access' } as ConversationOptions['settings'],
    provider: { ...PROVIDER, baseUrl, ...provider },
    credentials: CREDENTIALS,
    telemetry,
    toolCalls: { run },
    mcpServers: { names: [], starting: () => [], ready: async () => {}, functions: () => [] },
    cwd: '/',
    onWarning() {},
    listener: {
      onStarting() {},
      onAsk() {},
      onRetry() {},
      onFallback: reason => shown.push(`fallback: ${reason}`),
      onMessage: (text, kind) => shown.push(`${kind}: ${text}`),
      onNothing: () => shown.push('nothing'),
    },
  })
  return { conversation, shown, recorded: telemetry.recorded }
}

describe('a conversation', () => {
  it('sends no further request once it was stopped during a tool call', async () => {
    await using server = await startModelServer([calls({ arguments: '{}' }), answer('never asked for')])
    const stop = new AbortController()
    const { conversation, recorded } = await open(server.baseUrl, async () => {
      stop.abort(new Error('stopped'))
    })
    await expect(conversation.turn('go', stop.signal)).rejects.toThrow('stopped')
    expect(recorded.filter(([name]) => name === 'observeRequest')).toHaveLength(1)
  })

  it('tells the model with the next prompt which calls of an aborted turn were carried out', async () => {
    const two = ['call_a', 'call_b'].map(callId => ({
      type: 'response.output_item.done',
      item: { type: 'function_call', call_id: callId, name: 'exec_command', arguments: '{}' },
    }))
    await using server = await startModelServer([{ body: sse(...two, COMPLETED) }, answer('Hello.')])
    const stop = new AbortController()
    const { conversation } = await open(server.baseUrl, async (_items, signal, outputs) => {
      outputs.push({ type: 'function_call_output', call_id: 'call_a', output: 'ran' })
      stop.abort(new Error('stopped'))
      signal.throwIfAborted()
    })
    await expect(conversation.turn('go', stop.signal)).rejects.toThrow('stopped')
    await conversation.turn('and?', new AbortController().signal)
    expect(server.requests[1]?.body.input.slice(3)).toMatchObject([
      { type: 'function_call_output', call_id: 'call_a', output: 'ran' },
      { type: 'function_call_output', call_id: 'call_b', output: 'aborted' },
      { role: 'user' },
    ])
  })

  it('keeps the prompt of a turn that was aborted before any response, and drops that of one that failed', async () => {
    await using server = await startModelServer([{ end: 'hang' }, { status: 400, body: '{}' }, answer('Hello.')])
    const { conversation } = await open(server.baseUrl)
    const stop = new AbortController()
    const aborted = conversation.turn('first', stop.signal)
    await expect.poll(() => server.requests).toHaveLength(1)
    stop.abort(new Error('stopped'))
    await expect(aborted).rejects.toThrow('stopped')
    await expect(conversation.turn('second', new AbortController().signal)).rejects.toThrow('http 400')
    await conversation.turn('third', new AbortController().signal)
    const texts = server.requests[2]?.body.input.map(item => (item as { content: { text: string }[] }).content[0]?.text)
    expect(texts).toEqual(['first', 'third'])
  })

  it('shows a refusal as the answer, and sends it back to the model with the next prompt', async () => {
    const content = [{ type: 'refusal', refusal: 'I refuse.' }]
    const refusal = { type: 'message', role: 'assistant', content }
    const reply = { body: sse({ type: 'response.output_item.done', item: refusal }, COMPLETED) }
    await using server = await startModelServer([reply, answer('Hello.')])
    const { conversation, shown } = await open(server.baseUrl)
    await conversation.turn('one', new AbortController().signal)
    await conversation.turn('two', new AbortController().signal)
    expect(shown).toEqual(['answer: I refuse.', 'answer: Hello.'])
    expect(server.requests[1]?.body.input[1]).toEqual(refusal)
  })

  it.each([
    ['nothing', []],
    ['a call without an id', [{ type: 'function_call', name: 'exec_command', arguments: '{}' }]],
    ['a message without content', [{ type: 'message', role: 'assistant', content: [{ type: 'audio' }, null] }]],
  ])('ends the turn and reports an empty answer when a complete response holds %s', async (_what, items) => {
    const events = items.map(item => ({ type: 'response.output_item.done', item }))
    await using server = await startModelServer([{ body: sse(...events, COMPLETED) }, answer('Hello.')])
    const { conversation, shown } = await open(server.baseUrl)
    const signal = new AbortController().signal
    await conversation.turn('one', signal)
    await conversation.turn('two', signal)
    expect(shown).toEqual(['nothing', 'answer: Hello.'])
    expect(server.requests[1]?.body.input).toHaveLength(2)
  })
})

describe('a conversation over a WebSocket', () => {
  const overWebsocket = { supportsWebsockets: true }
  const noCalls = async (): Promise<void> => {}

  it('lets the provider prepare before the first prompt, and closes the connection at the end', async () => {
    await using server = await startWebsocketServer([{ messages: messagesOf(answer('Hello.')) }])
    const { conversation, shown, recorded } = await open(server.baseUrl, noCalls, overWebsocket)
    await expect.poll(() => server.requests).toHaveLength(1)
    await conversation.turn('one', new AbortController().signal)
    expect(shown).toEqual(['answer: Hello.'])
    expect(server.requests[0]?.body).toMatchObject({ generate: false, input: [] })
    expect(server.requests[1]?.body).toMatchObject({ previous_response_id: 'resp_warm', input: [{ role: 'user' }] })
    expect(server.requests[1]?.body).not.toHaveProperty('generate')
    expect(recorded.flatMap(([name, payload]) => (name === 'codex.websocket_request' ? [payload] : []))).toMatchObject([
      { connectionReused: false },
      { connectionReused: true },
    ])
    conversation.close()
    await server.allClosed()
  })

  it('falls back to HTTP where the provider asks for that while it prepares', async () => {
    await using server = await startWebsocketServer([], { upgrades: [{ status: 426 }] })
    const { conversation, shown } = await open(server.baseUrl, noCalls, overWebsocket)
    await conversation.turn('one', new AbortController().signal)
    expect(shown).toEqual(['fallback: http 426', 'answer: over HTTP'])
    expect(server.upgrades).toHaveLength(1)
  })

  it('does not wait for a provider that never prepares', async () => {
    await using server = await startWebsocketServer([], { upgrades: ['silent'] })
    const provider = { ...overWebsocket, websocketConnectTimeoutMs: 50, streamMaxRetries: 0 }
    const { conversation, shown } = await open(server.baseUrl, noCalls, provider)
    await conversation.turn('one', new AbortController().signal)
    expect(shown.at(-1)).toBe('answer: over HTTP')
  })
})
