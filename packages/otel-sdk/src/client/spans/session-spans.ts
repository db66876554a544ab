import type {
  CodexEventName,
  CodexEvents,
  ObservedRequest,
  ObservedTool,
  ToolDecision,
  ToolOutcome,
  ToolResult,
  TraceContext,
  TraceContextOptions,
} from '@codex/otel-api'
import { textOf } from '../../content/text-of.ts'
import { SpanKind, SpanOutcome } from '../../protocol/span-tuple.ts'
import { isTokenUsage } from '../metrics/token-counts.ts'
import { attempt } from '../session/attempt.ts'
import type { BesidesTurn } from './besides-turn.ts'
import { answered, failed, isAnswered, isAny, isBeingMade, isUnasked, isUnstreamed } from './chat-state.ts'
import type { Chat, ConversationSpans, SpanTurn } from './conversation-spans.ts'
import { classOf, connectionErrorType, errorCode, isAbort } from './error-type.ts'
import type { OpenSpan } from './open-span.ts'
import { providerName } from './provider-name.ts'
import { beganBefore, name, outputFacts, serverFacts, toolFacts, wasAsked } from './span-facts.ts'

/** The spans of a session: those that it opens, and which event belongs to which. */
export class SessionSpans {
  readonly conversation: ConversationSpans
  private readonly model: string
  /** Ends what the event stood for that was just recorded. */
  private pending: (() => void) | undefined
  /** The request whose attempt began last. */
  private attempted: Chat | undefined

  constructor(conversation: ConversationSpans, model: string) {
    this.conversation = conversation
    this.model = model
  }

  /** A span while it is open, and else the one of what is in no other than the turn. */
  at(span: OpenSpan | undefined): OpenSpan | null {
    return span?.isOpen ? span : this.conversation.here
  }

  /**
   * The span that an event belongs to which the application emits by itself. An event that a span stands for, and that no
   * open span is of, gets one, which began `durationMs` before; it is ended by `finish`. `besides` is of its row.
   */
  begin<Name extends CodexEventName>(event: Name, payload: CodexEvents[Name], besides: BesidesTurn): OpenSpan | null {
    const { tools, turn } = this.conversation
    // Of most events there is nothing to find out, and they are many: no call, no look-up.
    if (turn?.isObserved === true) {
      if (besides === undefined || (besides === 'call' && tools.size === 0)) return turn.span
    }
    this.conversation.touch()
    if (event === 'codex.sse_event') return this.beginStreamEvent(payload as CodexEvents['codex.sse_event'])
    return this.at(this.spanOf(event, payload))
  }

  /** The event is recorded. */
  finish(): void {
    const { pending } = this
    if (pending === undefined) return
    this.pending = undefined
    pending()
  }

  /** Makes no function: that would cost each event an object. */
  private spanOf<Name extends CodexEventName>(event: Name, payload: CodexEvents[Name]): OpenSpan | undefined {
    const { conversation } = this
    switch (event) {
      case 'codex.conversation_starts':
        return this.conversationStarts(payload as CodexEvents['codex.conversation_starts'])
      case 'codex.startup_phase':
        return conversation.sessionInit ?? this.latePhase()
      case 'codex.user_prompt':
        if (conversation.turn?.isObserved !== true) conversation.openTurn(false)
        return undefined
      case 'codex.api_request':
        return this.bareRequest(payload as CodexEvents['codex.api_request'])
      case 'codex.websocket_request':
        return this.bareWebsocketRequest(payload as CodexEvents['codex.websocket_request'])
      case 'codex.auth_recovery':
        return conversation.latestChat(isUnstreamed)?.span
      case 'codex.turn_ttft':
        return conversation.latestChat(isAny)?.span
      case 'codex.tool_decision':
        return this.bareDecision(payload as ToolDecision)
      case 'codex.tool_result':
        return this.bareResult(payload as ToolResult)
      case 'codex.sandbox_outcome':
        return this.toolOf((payload as CodexEvents['codex.sandbox_outcome']).callId)
      default:
        return undefined
    }
  }

  private latePhase(): OpenSpan | undefined {
    const place = this.conversation.placeOfInit()
    if (place !== undefined) this.pending = () => this.conversation.tracer.leave(place)
    return place
  }

  private conversationStarts({ providerName: given }: CodexEvents['codex.conversation_starts']): OpenSpan | undefined {
    const { conversation } = this
    conversation.provider ??= providerName(given)
    const { sessionInit } = conversation
    this.pending = () => conversation.endInit()
    return sessionInit
  }

  /** The span of an event of a stream that the application emits by itself: what ends the stream ends its request. */
  private beginStreamEvent(payload: CodexEvents['codex.sse_event']): OpenSpan | null {
    const { conversation } = this
    const errorMessage: unknown = 'errorMessage' in payload ? payload.errorMessage : undefined
    const isClosing = isTokenUsage(payload) || (payload.kind === 'response.completed' && errorMessage !== undefined)
    if (!isClosing) return null
    const chat = conversation.latestChat(isAnswered) ?? conversation.openChat(this.model)
    if (chat === undefined) return conversation.here
    this.pending = () =>
      errorMessage === undefined
        ? conversation.endChat(chat, SpanOutcome.done)
        : conversation.endChat(chat, SpanOutcome.failed, 'stream_closed')
    return chat.span
  }

  private bareRequest(request: CodexEvents['codex.api_request']): OpenSpan | undefined {
    const { attempt, durationMs, errorMessage, retryAfterUnauthorized, statusCode } = request
    const chat =
      this.repeated(attempt, retryAfterUnauthorized) ?? this.conversation.openChat(this.model, beganBefore(durationMs))
    if (chat === undefined) return undefined
    if (statusCode !== undefined) answered(chat, statusCode)
    else if (errorMessage === undefined) answered(chat, 200)
    else failed(chat, 'connection_error')
    return chat.span
  }

  private bareWebsocketRequest(request: CodexEvents['codex.websocket_request']): OpenSpan | undefined {
    const { conversation } = this
    // Who observes the messages may send the request when the first of them is asked for: then its span is open.
    const chat =
      conversation.latestChat(isUnasked) ?? conversation.openChat(this.model, beganBefore(request.durationMs))
    if (chat === undefined) return undefined
    if (request.success) answered(chat, 200)
    else failed(chat, 'connection_error')
    return chat.span
  }

  private bareDecision(decision: ToolDecision): OpenSpan | undefined {
    if (!wasAsked(decision)) return this.toolOf(decision.callId)
    const span = this.openApproval(decision)
    this.pending = () => this.endApproval(span, SpanOutcome.done)
    return span
  }

  private bareResult(result: ToolResult): OpenSpan | undefined {
    const open = this.toolOf(result.callId)
    if (open?.isOpen) return open
    const span = this.openTool(result, beganBefore(result.durationMs))
    this.pending = () => this.endTool(span, result)
    return span
  }

  /** The request that this attempt is a further one of: the latest that failed, before one whose answer is still to be read. */
  private repeated(attempt: unknown, retryAfterUnauthorized: unknown): Chat | undefined {
    if (!(Number(attempt) > 0) && retryAfterUnauthorized !== true) return undefined
    const waits = (chat: Chat): boolean => !chat.attempting && !chat.isStreamed
    const { conversation } = this
    return (
      conversation.latestChat(chat => waits(chat) && chat.errorType !== undefined) ?? conversation.latestChat(waits)
    )
  }

  beginAttempt(request: ObservedRequest): Chat | undefined {
    const { conversation } = this
    const before = isObject(request.retryOf) ? conversation.chatOf.get(request.retryOf) : undefined
    // Read first: a request that cannot be read opens no span.
    const server = serverFacts(request)
    const chat =
      (before?.span.isOpen && !before.isStreamed ? before : undefined) ??
      this.repeated(request.attempt, request.retryAfterUnauthorized) ??
      conversation.openChat(this.model)
    if (chat === undefined) return undefined
    chat.attempting = true
    this.attempted = chat
    if (server !== undefined) conversation.tracer.tell(chat.span, server)
    return chat
  }

  endAttempt(chat: Chat, status: number, response: unknown): void {
    if (isObject(response)) this.conversation.chatOf.set(response, chat)
    answered(chat, status)
  }

  failAttempt(chat: Chat, error: unknown): void {
    if (isObject(error)) this.conversation.chatOf.set(error, chat)
    failed(chat, connectionErrorType(error, 'connection_error'))
    chat.isAborted = isAbort(error)
  }

  /** The request whose answer a stream is, by what `observeRequest` returned for it or else the latest one that was answered. */
  beginStream(response: unknown): Chat | undefined {
    const { conversation } = this
    const answered = isObject(response) ? conversation.chatOf.get(response) : conversation.latestChat(isAnswered)
    const isFree = answered?.span.isOpen === true && !answered.isStreamed
    const chat = isFree ? answered : conversation.openChat(this.model)
    if (chat !== undefined) chat.isStreamed = true
    return chat
  }

  openTool(tool: ObservedTool | ToolResult, startedAt?: number): OpenSpan | undefined {
    const { conversation } = this
    const { origin, tools, tracer } = conversation
    // Read first: a call that cannot be read opens no span.
    const label = name(tool.toolName) ?? ''
    const facts = toolFacts(tool)
    const callId = textOf(tool.callId)
    const span = tracer.open(SpanKind.tool, label, origin, conversation.current, startedAt)
    if (span === undefined) return undefined
    tracer.tell(span, facts)
    tools.set(callId, span)
    return span
  }

  endTool(
    span: OpenSpan | undefined,
    { output, success, exitCode, errorType }: ToolOutcome,
    thrown?: { error: unknown },
    endedAt?: number,
  ): void {
    if (span === undefined) return
    const { tracer } = this.conversation
    const facts = attempt(() => outputFacts(output, exitCode))
    if (facts !== undefined) tracer.tell(span, facts)
    this.forget(span)
    if (thrown !== undefined && isAbort(thrown.error)) tracer.end(span, SpanOutcome.aborted, undefined, endedAt)
    else if (thrown !== undefined) tracer.end(span, SpanOutcome.failed, classOf(thrown.error), endedAt)
    else if (success === false) tracer.end(span, SpanOutcome.failed, errorCode(errorType) ?? 'tool_error', endedAt)
    else tracer.end(span, SpanOutcome.done, undefined, endedAt)
  }

  openApproval({ callId }: { callId: string }): OpenSpan | undefined {
    const { conversation } = this
    const { approvals, origin, tracer } = conversation
    const key = textOf(callId)
    const span = tracer.open(SpanKind.approval, '', origin, conversation.current)
    if (span !== undefined) approvals.set(key, span)
    return span
  }

  endApproval(span: OpenSpan | undefined, outcome: SpanOutcome, errorType?: string): void {
    if (span === undefined) return
    this.forget(span)
    this.conversation.tracer.end(span, outcome, errorType)
  }

  /** What belongs to a call is no longer in this span. */
  private forget(span: OpenSpan): void {
    const { approvals, tools } = this.conversation
    for (const spans of [approvals, tools]) {
      for (const [callId, one] of spans) if (one === span) spans.delete(callId)
    }
  }

  /** Of a decision by the configuration or an earlier answer: the call, where it is under way. */
  atCall(callId: unknown): OpenSpan | null {
    return this.at(this.toolOf(callId))
  }

  /** The request to the model that is being made: of several the one whose attempt began last. */
  private requestOf(): OpenSpan | undefined {
    const { attempted } = this
    if (attempted?.attempting && attempted.span.isOpen) return attempted.span
    return this.conversation.latestChat(isBeingMade)?.span
  }

  private toolOf(callId: unknown): OpenSpan | undefined {
    const { tools } = this.conversation
    return tools.size === 0 ? undefined : tools.get(textOf(callId))
  }

  endTurn(turn: SpanTurn | undefined, thrown: { error: unknown } | undefined, endedAt: number): void {
    if (turn === undefined) return
    const { conversation } = this
    if (thrown === undefined) conversation.endTurn(turn, SpanOutcome.done, undefined, endedAt)
    else if (isAbort(thrown.error)) conversation.endTurn(turn, SpanOutcome.aborted, undefined, endedAt)
    else conversation.endTurn(turn, SpanOutcome.failed, classOf(thrown.error), endedAt)
  }

  context({ callId, for: to = 'commands' }: TraceContextOptions = {}): TraceContext | undefined {
    const { current, tracer } = this.conversation
    if (!tracer.propagates(to)) return undefined
    const of = callId === undefined ? undefined : this.toolOf(callId)
    return tracer.context(of ?? (to === 'model' ? this.requestOf() : undefined) ?? current)
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

export const createSessionSpans = (conversation: ConversationSpans, model: string): SessionSpans =>
  new SessionSpans(conversation, model)
