import type { ServerSentEvent, StreamOptions, WebsocketMessage } from '@codex/otel-api'
import type { SessionMetrics } from '../metrics/session-metrics.ts'
import { createAnswer } from '../spans/answer.ts'
import type { Chat } from '../spans/conversation-spans.ts'
import { connectionErrorType, isAbort } from '../spans/error-type.ts'
import { attempt, messageOf } from './attempt.ts'
import type { Conversation } from './conversation.ts'
import type { Emitter } from './emitter.ts'
import type { StreamFinding } from './protocols/stream-protocol.ts'
import { StreamReader, type StreamReading } from './stream-reader.ts'

/** What observing a stream needs of its session. */
export interface StreamContext {
  conversation: Conversation
  metrics: Pick<SessionMetrics, 'firstMessage' | 'websocketMessage'>
  reasoningEffort: string | undefined
}

/** How the events of a kind of stream are recorded. */
interface StreamKind<Event> {
  reader: StreamReader
  /** The request that it is the answer to, as a span. */
  chat: Chat | undefined
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
    chat: chatOf(session, options),
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
    chat: chatOf(session, options),
    read: (reader, item) => reader.readValue(item),
  })
}

const chatOf = ({ spans }: Emitter, options: StreamOptions | undefined): Chat | undefined =>
  spans && attempt(() => spans.beginStream(options?.response))

function eventsAsRecords(
  session: Emitter,
  options: StreamOptions | undefined,
): Omit<StreamKind<unknown>, 'read' | 'chat'> {
  return {
    reader: new StreamReader(
      attempt(() => options?.protocol),
      'message',
    ),
    endsWithError: false,
    reportEvent: (durationMs, { kind, finding }) =>
      session.emit('codex.sse_event', { kind, durationMs, errorMessage: finding.error }, null),
    tellCut: (durationMs, errorMessage) => session.emit('codex.sse_event', { durationMs, errorMessage }, null),
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
    chat: chatOf(session, undefined),
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
  const answer = createAnswer(session.spans, stream.chat)
  const started = performance.now()
  let previous = started
  let firstOutputMs: number | undefined
  let ended = false

  const fail = (reason: string, errorType: string | undefined): void => {
    if (ended) return
    ended = true
    session.emit('codex.sse_event', { kind: 'response.completed', errorMessage: reason }, answer?.span)
    answer?.fail(errorType)
  }
  const complete = (usage: StreamFinding['usage']): void => {
    if (ended) return
    ended = true
    if (usage !== undefined) {
      const counts = { kind: 'response.completed', ...usage, ttftMs: firstOutputMs, reasoningEffort } as const
      session.emit('codex.sse_event', counts, answer?.span)
    }
    answer?.complete()
  }
  const report = (durationMs: number, reading: StreamReading): void => {
    const { finding } = reading
    stream.reportEvent(durationMs, reading)
    if (ended) return
    answer?.take(finding)
    if (finding.output) firstOutputMs ??= performance.now() - started
    if (finding.firstToken && conversation.awaitingFirstTokenSince !== undefined) {
      const ttftMs = performance.now() - conversation.awaitingFirstTokenSince
      conversation.awaitingFirstTokenSince = undefined
      session.emit('codex.turn_ttft', { durationMs: ttftMs }, answer?.span)
    }
    if (finding.message && conversation.awaitingFirstMessageSince !== undefined) {
      const ttfmMs = performance.now() - conversation.awaitingFirstMessageSince
      conversation.awaitingFirstMessageSince = undefined
      metrics.firstMessage(ttfmMs)
    }
    if (finding.failure !== undefined) fail(finding.failure, finding.errorType)
    if (finding.errorEvent !== undefined && stream.endsWithError) fail(finding.errorEvent, finding.errorType)
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
      if (isAbort(error)) answer?.abort()
      fail(`stream disconnected before completion: ${errorMessage}`, connectionErrorType(error, 'stream_closed'))
    }
    throw error
  } finally {
    // The consumer reads no more: that is no failure, and a response that was complete by then has its token counts.
    if (stopped) {
      attempt(() => endOf(reader.end(), true))
      answer?.complete()
    }
  }
  endOf(reader.end(), false)
  answer?.complete()

  function endOf({ completed, errorType, failure, usage }: StreamFinding, onlyIfComplete: boolean): void {
    if (completed) complete(usage)
    else if (failure !== undefined && !onlyIfComplete) fail(failure, errorType)
  }
}
