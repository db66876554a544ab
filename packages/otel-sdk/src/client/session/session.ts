import type { CodexEventName, CodexEvents, SessionOptions, SessionTelemetry, SubagentOptions } from '@codex/otel-api'
import { type CompiledRow, type Recorded, ROW_BY_NAME, type SessionFields } from '../../catalogue/event-table.ts'
import { MAX_NAME_LENGTH } from '../../catalogue/own-names.ts'
import { type SessionAttributes, sessionAttributes } from '../../catalogue/session-attributes.ts'
import { codePointLength } from '../../content/code-point-length.ts'
import type { ContentPolicy } from '../../content/policy.ts'
import { textOf } from '../../content/text-of.ts'
import { utf8Length } from '../../content/utf8-length.ts'
import { clearFields, type EventTuple, NO_SPAN, openRowTuple, setSpan, setTime } from '../../protocol/event-tuple.ts'
import { createRecorder } from '../metrics/recorder.ts'
import { createSessionMetrics, type MetricTarget } from '../metrics/session-metrics.ts'
import type { Outbox } from '../outbox.ts'
import { BESIDES_TURN } from '../spans/besides-turn.ts'
import type { OpenSpan } from '../spans/open-span.ts'
import { runInSpan } from '../spans/own-span.ts'
import { createSessionSpans } from '../spans/session-spans.ts'
import type { Tracer } from '../spans/tracer.ts'
import { attempt } from './attempt.ts'
import { type Conversation, createConversation } from './conversation.ts'
import type { Emitter } from './emitter.ts'
import { fillTuple, InvalidPayload } from './fill-tuple.ts'
import { observeRequest, observeTool, observeTurn } from './observe.ts'
import { observeApproval } from './observe-approval.ts'
import { observeSse, observeStream, observeWebsocket } from './observe-stream.ts'
import { createOwnEvents } from './own-events.ts'
import { readSessionOptions, readSubagentOptions } from './read-session-options.ts'
import { readSpanAttributes } from './read-span-attributes.ts'
import { UNRECORDED_SPAN } from './unrecorded-span.ts'

export interface SessionContext {
  outbox: Pick<Outbox, 'add'>
  /** Absent: metrics are not exported. */
  metrics?: MetricTarget | undefined
  appVersion: string
  policy: ContentPolicy
  /** The same for spans. Default: `policy`. */
  spanPolicy?: ContentPolicy | undefined
  /** Absent: spans are not exported. */
  tracer?: Tracer | undefined
  /** What the names of the application's own events begin with. Default: the originator, where it can be that. */
  eventPrefix?: string | undefined
  /** Called for each event that was dropped because of `problem`. */
  onInvalidEvent(name: unknown, problem: string): void
  /** Called for each of the application's own attributes that is left out because of `problem`. */
  onInvalidAttribute(name: string, problem: string): void
}

const UNREADABLE = 'its fields cannot be read'

/** A longer one is no kind of any protocol, and would take time to look at. */
const MAX_KIND_LENGTH = 1024

/** Whether events of this kind bring a piece of an answer, in each protocol that is known. */
const isDelta = (kind: string): boolean =>
  kind.length <= MAX_KIND_LENGTH &&
  (kind.endsWith('.delta') || kind === 'content_block_delta' || kind === 'chat.completion.chunk')

/** `options` as `readSessionOptions` gives them. */
export function createSession(
  context: SessionContext,
  options: SessionOptions,
  conversation: Conversation = createConversation(),
): SessionTelemetry {
  const attributes = sessionAttributes(options, context.appVersion, context.policy)
  const metrics = createSessionMetrics(context.metrics, options, context.appVersion, conversation)
  const ownEvents = createOwnEvents({ ...context, prefix: context.eventPrefix, originator: options.originator })
  const streamContext = { conversation, metrics, reasoningEffort: options.reasoningEffort }
  const spans = conversation.spans && createSessionSpans(conversation.spans, options.model)
  const own = conversation.spans && {
    conversation: conversation.spans,
    policy: context.spanPolicy ?? context.policy,
    read: readSpanAttributes,
    onInvalid: context.onInvalidAttribute,
  }
  const observer: Emitter = {
    emit: (name, payload, span) => emitCatalogued(ROW_BY_NAME.get(name) as CompiledRow, name, payload, span),
    spans,
  }

  function emitCatalogued<Name extends CodexEventName>(
    row: CompiledRow,
    name: Name,
    payload: CodexEvents[Name],
    span?: OpenSpan | null,
  ): void {
    try {
      if (typeof payload !== 'object' || payload === null) throw new InvalidPayload('it has no fields')
      if (isExported(row, payload, context.policy)) {
        const of =
          spans === undefined ? null : span === undefined ? spans.begin(name, payload, BESIDES_TURN[row.id]) : span
        record(context, attributes, row, payload, knownOf(name, payload, conversation), of)
      }
    } catch (error) {
      // A payload that cannot even be read is the application's mistake; it must not end the agent.
      context.onInvalidEvent(name, error instanceof InvalidPayload ? error.message : UNREADABLE)
      return
    } finally {
      spans?.finish()
    }
    try {
      metrics.event(name, payload)
    } catch {
      // The event is exported all the same; some fields are read for the metrics alone.
      context.metrics?.onInvalidEvent(name, UNREADABLE)
    }
  }

  function emitOwn(name: unknown, payload: unknown): void {
    try {
      const made = ownEvents.make(name, payload)
      if (typeof made === 'string') context.onInvalidEvent(name, made)
      else {
        const span = spans === undefined ? null : spans.conversation.here
        if (span !== null) setSpan(made.tuple, span.number)
        context.outbox.add(made.tuple, attributes, made.bytes, span)
      }
    } catch {
      context.onInvalidEvent(name, UNREADABLE)
    }
  }

  const session: SessionTelemetry = {
    ...createRecorder(metrics.scope),
    emit(name, payload) {
      const row = rowNamed(name)
      if (row === undefined) emitOwn(name, payload)
      else emitCatalogued(row, row.name, payload as CodexEvents[typeof row.name])
    },
    withModel: (model, slug) =>
      createSession(context, readSessionOptions({ ...options, model, slug }, context.onInvalidAttribute), conversation),
    observeRequest: (request, send) => observeRequest(observer, request, send),
    observeSse: (events, options) => observeSse(observer, events, streamContext, options),
    observeStream: (items, options) => observeStream(observer, items, streamContext, options),
    observeWebsocket: messages => observeWebsocket(observer, messages, streamContext),
    observeTool: (tool, run) => observeTool(observer, tool, run),
    observeTurn: (turn, run) => observeTurn(observer, turn, run, metrics),
    observeApproval: (approval, ask) => observeApproval(observer, approval, ask),
    span(name, given, run) {
      return own === undefined ? run(UNRECORDED_SPAN) : runInSpan(own, undefined, name, given, run)
    },
    subagent(given) {
      const subagent = readSubagentOptions(given)
      const ofSubagent = subagentOptions(options, subagent)
      const below = conversation.spans?.ofSubagent(ofSubagent, subagent.callId)
      return createSession(context, ofSubagent, createConversation(conversation.totals, below))
    },
    traceContext: given => attempt(() => spans?.context(given)),
    lastTurn: () => conversation.spans?.lastTurn,
    runtimeSummary: () => conversation.totals.summary(),
  }
  return session
}

/** What is not said of a sub-agent is as it is of the session that starts it. */
function subagentOptions(
  options: SessionOptions,
  { conversationId, agentName, model }: SubagentOptions,
): SessionOptions {
  // The worker makes a tag of it: other characters in the place of some would hide a secret from it.
  const sessionSource = `subagent_${agentName}`
  return model === undefined
    ? { ...options, conversationId, agentName, sessionSource }
    : { ...options, conversationId, agentName, sessionSource, model, slug: undefined }
}

/** The engine reads all of a name to look it up. */
const rowNamed = (name: unknown): CompiledRow | undefined =>
  typeof name === 'string' && name.length <= MAX_NAME_LENGTH ? ROW_BY_NAME.get(name) : undefined

/** Whether `[otel]` wants records of this event. */
function isExported({ name, about }: CompiledRow, payload: object, policy: ContentPolicy): boolean {
  if (name === 'codex.sse_event') return policy.sseDeltas || !isDelta(textOf((payload as { kind?: unknown }).kind))
  return about === undefined || policy[about] !== 'off'
}

/** What the session knows of an event, which stands in for what the payload says. */
function knownOf<Name extends CodexEventName>(
  name: Name,
  payload: CodexEvents[Name],
  conversation: Conversation,
): Readonly<Record<string, unknown>> {
  switch (name) {
    case 'codex.user_prompt': {
      const given: unknown = (payload as CodexEvents['codex.user_prompt']).prompt
      if (given === undefined || given === null) return NOTHING_KNOWN
      const prompt = textOf(given)
      conversation.awaitingFirstTokenSince = performance.now()
      conversation.awaitingFirstMessageSince = conversation.awaitingFirstTokenSince
      return { promptLength: codePointLength(prompt), prompt } satisfies Recorded<'codex.user_prompt'>
    }
    case 'codex.tool_result':
      return { sequence: ++conversation.toolResults } satisfies SessionFields['codex.tool_result']
    case 'codex.agent_response':
      return { responseLength: lengthOf((payload as CodexEvents['codex.agent_response']).response) }
    case 'codex.guardian_assessment':
      return { rationaleLength: lengthOf((payload as CodexEvents['codex.guardian_assessment']).rationale) }
    default:
      return NOTHING_KNOWN
  }
}

const NOTHING_KNOWN: Readonly<Record<string, unknown>> = {}

/** In bytes of UTF-8. */
const lengthOf = (text: string | undefined): number | undefined =>
  text === undefined || text === null ? undefined : utf8Length(textOf(text))

/** By the number of the row: an array that is used again, because making one for each event would take longer than the rest. */
const tuples: (EventTuple | undefined)[] = []

function record(
  context: SessionContext,
  attributes: SessionAttributes,
  row: CompiledRow,
  payload: object,
  known: Readonly<Record<string, unknown>>,
  span: OpenSpan | null,
): void {
  const tuple = tuples[row.id] ?? openRowTuple(row.id, row.columns.length)
  // What makes a text of a payload's field may emit an event itself.
  tuples[row.id] = undefined
  setTime(tuple, Date.now())
  setSpan(tuple, span === null ? NO_SPAN : span.number)
  const bytes = fillTuple(tuple, row, payload as Readonly<Record<string, unknown>>, known, context.policy)
  context.outbox.add(tuple, attributes, bytes, span)
  clearFields(tuple)
  tuples[row.id] = tuple
}
