import type {
  ApiRequest,
  CodexEventName,
  CodexEvents,
  ObservedRequest,
  ObservedResponse,
  ObservedTool,
  ObservedTurn,
  ServerSentEvent,
  StreamOptions,
  ToolOutcome,
  WebsocketMessage,
} from '@codex/otel-api'
import type { SessionMetrics } from '../metrics/session-metrics.ts'
import { swallowRejection } from '../swallow-rejection.ts'
import type { Conversation } from './conversation.ts'
import type { StreamFinding } from './protocols/stream-protocol.ts'
import { StreamReader, type StreamReading } from './stream-reader.ts'

interface Emitter {
  emit<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name]): void
}

/** Emits `codex.api_request` for one attempt. */
export async function observeRequest<Response extends ObservedResponse>(
  session: Emitter,
  request: ObservedRequest,
  send: () => Promise<Response>,
): Promise<Response> {
  const started = performance.now()
  const report = (answer: () => Partial<ApiRequest>): void => {
    const durationMs = performance.now() - started
    attempt(() => session.emit('codex.api_request', { ...describeRequest(request), durationMs, ...answer() }))
  }
  let response: Response
  try {
    response = await send()
  } catch (error) {
    report(() => ({ errorMessage: 'error sending request' }))
    throw error
  }
  report(() => answerOf(response))
  return response
}

/**
 * Runs a step that only telemetry needs. Whatever the application's objects do when they are read, the application's own
 * call goes on as it would without telemetry.
 */
function attempt(run: () => void): void {
  try {
    run()
  } catch {
    // The application's object threw when it was read: the record cannot be made.
  }
}

const describeRequest = (request: ObservedRequest): Omit<ApiRequest, 'durationMs'> => ({
  attempt: request.attempt,
  endpoint: request.endpoint,
  authHeaderAttached: request.authHeaderName !== undefined,
  authHeaderName: request.authHeaderName,
  retryAfterUnauthorized: request.retryAfterUnauthorized ?? false,
  recoveryMode: request.recoveryMode,
  recoveryPhase: request.recoveryPhase,
})

/** What is recorded of an answer: the ids that support asks for when a request was refused, and little else. */
function answerOf(response: ObservedResponse): Partial<ApiRequest> {
  const { status } = response
  const header = (name: string): string | undefined => {
    const value: unknown = response.headers.get(name) ?? undefined
    swallowRejection(value)
    return value as string | undefined
  }
  const refused = status === 400 || status === 401
  return {
    statusCode: status,
    errorMessage: status < 200 || status >= 300 ? `http ${status}` : undefined,
    requestId: refused ? (header('x-request-id') ?? header('x-oai-request-id')) : undefined,
    authCfRay: refused ? header('cf-ray') : undefined,
    cfRay: header('cf-ray'),
    authError: refused ? header('x-openai-authorization-error') : undefined,
  }
}

/** Emits `codex.tool_result` for one call. */
export async function observeTool<Result extends ToolOutcome | string>(
  session: Emitter,
  tool: ObservedTool,
  run: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now()
  const report = (outcome: () => ToolOutcome): void => {
    const durationMs = performance.now() - started
    attempt(() => {
      const { output, success = true } = outcome()
      session.emit('codex.tool_result', { ...tool, durationMs, success, output: output ?? '' })
    })
  }
  let result: Result
  try {
    result = await run()
  } catch (error) {
    report(() => ({ success: false, output: messageOf(error) }))
    throw error
  }
  report(() => (typeof result === 'object' && result !== null ? result : { output: String(result ?? '') }))
  return result
}

/** Emits `codex.user_prompt`, and has the turn's metrics recorded when it ends. */
export async function observeTurn<Result>(
  session: Emitter,
  turn: ObservedTurn,
  run: () => Promise<Result>,
  metrics: Pick<SessionMetrics, 'startTurn'>,
): Promise<Result> {
  session.emit('codex.user_prompt', turn)
  const end = metrics.startTurn()
  try {
    return await run()
  } finally {
    end()
  }
}

/** What observing a stream needs of its session. */
export interface StreamContext {
  conversation: Conversation
  metrics: Pick<SessionMetrics, 'firstMessage' | 'websocketMessage'>
  reasoningEffort: string | undefined
}

/** How the events of a kind of stream are recorded. */
interface StreamKind<Event> {
  reader: StreamReader
  /** An `error` event is the last one: the connection stays open, and nothing more comes for this response. */
  endsWithError: boolean
  read(reader: StreamReader, event: Event): StreamReading
  reportEvent(durationMs: number, reading: StreamReading): void
  tellCut(durationMs: number, errorMessage: string): void
}

/** Emits `codex.sse_event` for each event of a response, and `codex.turn_ttft` at the turn's first sign of an answer. */
export function observeSse<Event extends ServerSentEvent>(
  session: Emitter,
  events: AsyncIterable<Event>,
  context: StreamContext,
  options?: StreamOptions,
): AsyncGenerator<Event> {
  return observeEvents(session, events, context, {
    ...eventsAsRecords(session, options),
    read: (reader, event) => reader.readText(String(event.event ?? ''), event.data),
  })
}

/** As `observeSse`, for events that are objects already. */
export function observeStream<Item>(
  session: Emitter,
  items: AsyncIterable<Item>,
  context: StreamContext,
  options?: StreamOptions,
): AsyncGenerator<Item> {
  return observeEvents(session, items, context, {
    ...eventsAsRecords(session, options),
    read: (reader, item) => reader.readValue(item),
  })
}

function eventsAsRecords(session: Emitter, options: StreamOptions | undefined): Omit<StreamKind<unknown>, 'read'> {
  return {
    reader: new StreamReader(options?.protocol, 'message'),
    endsWithError: false,
    reportEvent: (durationMs, { kind, finding }) =>
      session.emit('codex.sse_event', { kind, durationMs, errorMessage: finding.error }),
    tellCut: (durationMs, errorMessage) => session.emit('codex.sse_event', { durationMs, errorMessage }),
  }
}

/** As `observeSse`, but a message gives the metric `codex.websocket.event` and no event of its own. */
export function observeWebsocket<Message extends WebsocketMessage>(
  session: Emitter,
  messages: AsyncIterable<Message>,
  context: StreamContext,
): AsyncGenerator<Message> {
  const { metrics } = context
  return observeEvents(session, messages, context, {
    reader: new StreamReader('responses', 'unknown'),
    endsWithError: true,
    read: (reader, { data }) => reader.readText('', data),
    reportEvent: (durationMs, { kind, finding, isJson }) =>
      metrics.websocketMessage(isJson ? kind : 'parse_error', finding.error === undefined, durationMs),
    tellCut: durationMs => metrics.websocketMessage('unknown', false, durationMs),
  })
}

async function* observeEvents<Event>(
  session: Emitter,
  events: AsyncIterable<Event>,
  { conversation, metrics, reasoningEffort }: StreamContext,
  stream: StreamKind<Event>,
): AsyncGenerator<Event> {
  const { reader } = stream
  const started = performance.now()
  let previous = started
  let firstOutputMs: number | undefined
  let ended = false

  const fail = (reason: string): void => {
    if (ended) return
    ended = true
    session.emit('codex.sse_event', { kind: 'response.completed', errorMessage: reason })
  }
  const complete = (usage: StreamFinding['usage']): void => {
    if (ended) return
    ended = true
    if (usage === undefined) return
    session.emit('codex.sse_event', { kind: 'response.completed', ...usage, ttftMs: firstOutputMs, reasoningEffort })
  }
  const report = (durationMs: number, reading: StreamReading): void => {
    const { finding } = reading
    stream.reportEvent(durationMs, reading)
    if (ended) return
    if (finding.output) firstOutputMs ??= performance.now() - started
    if (finding.firstToken && conversation.awaitingFirstTokenSince !== undefined) {
      const ttftMs = performance.now() - conversation.awaitingFirstTokenSince
      conversation.awaitingFirstTokenSince = undefined
      session.emit('codex.turn_ttft', { durationMs: ttftMs })
    }
    if (finding.message && conversation.awaitingFirstMessageSince !== undefined) {
      const ttfmMs = performance.now() - conversation.awaitingFirstMessageSince
      conversation.awaitingFirstMessageSince = undefined
      metrics.firstMessage(ttfmMs)
    }
    if (finding.failure !== undefined) fail(finding.failure)
    if (finding.errorEvent !== undefined && stream.endsWithError) fail(finding.errorEvent)
    if (finding.completed) complete(finding.usage)
  }

  let stopped = true
  try {
    for await (const event of events) {
      const now = performance.now()
      const durationMs = now - previous
      previous = now
      attempt(() => report(durationMs, stream.read(reader, event)))
      yield event
    }
    stopped = false
  } catch (error) {
    stopped = false
    if (!ended) {
      const errorMessage = messageOf(error)
      stream.tellCut(performance.now() - previous, errorMessage)
      fail(`stream disconnected before completion: ${errorMessage}`)
    }
    throw error
  } finally {
    // The consumer reads no more: that is no failure, and a response that was complete by then has its token counts.
    if (stopped) attempt(() => endOf(reader.end(), true))
  }
  endOf(reader.end(), false)

  function endOf({ completed, usage, failure }: StreamFinding, onlyIfComplete: boolean): void {
    if (completed) complete(usage)
    else if (failure !== undefined && !onlyIfComplete) fail(failure)
  }
}

/** Anything can be thrown, also what cannot be made a text. */
function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'an error without a message'
  }
}
