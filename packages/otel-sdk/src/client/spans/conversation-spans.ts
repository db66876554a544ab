import type { SessionOptions, TraceContext } from '@codex/otel-api'
import { DEFAULT_SERVICE_NAME, isForeign } from '../../catalogue/service-name.ts'
import { SpanKind, type SpanLink, type SpanOrigin, SpanOutcome } from '../../protocol/span-tuple.ts'
import type { OpenSpan } from './open-span.ts'
import { parseTraceContext } from './trace-context.ts'
import type { Tracer } from './tracer.ts'

/** A request to the model, from its first attempt to the end of its answer. */
export interface Chat {
  readonly span: OpenSpan
  /** An attempt is under way. */
  attempting: boolean
  /** When its last attempt was answered, or failed, by `performance.now()`. */
  answeredAt: number | undefined
  /** What its last attempt failed of. */
  errorType: string | undefined
  isAborted: boolean
  isStreamed: boolean
}

/** A turn of a conversation. */
export interface SpanTurn {
  readonly span: OpenSpan
  /** The application reports its end. Otherwise it lasts until the next one begins. */
  readonly isObserved: boolean
  readonly chats: Set<Chat>
}

/** The spans of one conversation, whatever the models of its sessions. */
export class ConversationSpans {
  readonly tracer: Tracer
  readonly origin: SpanOrigin
  provider: string | undefined
  /** By the id of the call; of two calls with one id the later one. */
  readonly tools: Map<string, OpenSpan> = new Map()
  /** The same of questions. */
  readonly approvals: Map<string, OpenSpan> = new Map()
  /** By the answer, or the error, of an attempt. */
  readonly chatOf: WeakMap<object, Chat> = new WeakMap()
  private readonly turns: SpanTurn[] = []
  /** The last of them. */
  turn: SpanTurn | undefined
  /** Requests outside of any turn. */
  private readonly loose: Set<Chat> = new Set()
  private readonly above: OpenSpan | undefined
  private init: OpenSpan | undefined
  /** The start of the session, once it is over. */
  private endedInit: OpenSpan | undefined
  private initLink: SpanLink | undefined
  private previous: SpanLink | undefined
  private last: TraceContext | undefined
  private turnCount = 0
  private activeAt = performance.now()

  /** `subagent`: what the turns of a sub-agent are below, if anything. */
  constructor(
    tracer: Tracer,
    origin: SpanOrigin,
    options: Pick<SessionOptions, 'provider' | 'previousTurn'> & { subagent?: { above: OpenSpan | undefined } },
  ) {
    this.tracer = tracer
    this.origin = origin
    this.provider = options.provider
    this.above = options.subagent?.above
    const previous = options.previousTurn && parseTraceContext(options.previousTurn)
    this.previous = previous && { ...previous, remote: true }
    if (options.subagent !== undefined) return
    this.init = tracer.open(SpanKind.sessionInit, '', origin, undefined)
    this.initLink = this.init && linkTo(this.init)
    // One that never began to converse was no session.
    if (this.init === undefined) return
    this.init.onExit = () => this.endInit(SpanOutcome.discarded)
    tracer.rest(this.init, () => this.activeAt)
  }

  /** The same of a conversation that this one starts, for a call or for the turn. */
  ofSubagent(options: SessionOptions, callId: string | undefined): ConversationSpans {
    const { tracer } = this
    const above = (callId === undefined ? undefined : this.tools.get(callId)) ?? this.current
    const origin = { ...originOf(options, tracer), sessionId: this.origin.sessionId }
    return new ConversationSpans(tracer, origin, {
      provider: options.provider ?? this.provider,
      previousTurn: undefined,
      subagent: { above },
    })
  }

  /** The start of the session, until it is over. */
  get sessionInit(): OpenSpan | undefined {
    return this.init
  }

  /** What new spans are below. */
  get current(): OpenSpan | undefined {
    return this.turn === undefined ? this.above : this.turn.span
  }

  /** The span of what is in no other one than the turn. */
  get here(): OpenSpan | null {
    const { above, turn } = this
    // A turn is open as long as it is here.
    if (turn !== undefined) return turn.span
    return above?.isOpen ? above : this.tracer.outside
  }

  get chats(): Set<Chat> {
    return this.turn?.chats ?? this.loose
  }

  get lastTurn(): TraceContext | undefined {
    return this.last
  }

  /** Something happened: a turn whose end is not reported lasts until here. */
  touch(): void {
    if (this.turn?.isObserved === false) this.activeAt = performance.now()
  }

  endInit(outcome: SpanOutcome = SpanOutcome.done): void {
    if (this.init === undefined) return
    this.tracer.end(this.init, outcome)
    if (outcome === SpanOutcome.discarded) this.initLink = undefined
    else this.endedInit = this.init
    this.init = undefined
  }

  /** What stands for the start of the session once it is over: a phase of it may be reported later. */
  placeOfInit(): OpenSpan | undefined {
    return this.endedInit && this.tracer.placeOf(this.endedInit)
  }

  openTurn(isObserved: boolean, startedAt?: number): SpanTurn | undefined {
    this.endInit()
    const unobserved = this.turn
    if (unobserved?.isObserved === false) this.endTurn(unobserved, SpanOutcome.done, undefined, this.activeAt)
    this.settle(this.loose)
    const links = [this.previous, this.turnCount === 0 ? this.initLink : undefined].filter(link => link !== undefined)
    const { origin, tracer } = this
    const span = tracer.open(SpanKind.turn, origin.agentName, origin, this.current, startedAt, links)
    this.turnCount++
    if (span === undefined) return undefined
    tracer.tell(span, { turnIndex: this.turnCount })
    this.previous = linkTo(span)
    this.last = tracer.context(span)
    const turn: SpanTurn = { span, isObserved, chats: new Set() }
    span.onExit = () =>
      isObserved
        ? this.endTurn(turn, SpanOutcome.processExit, 'process_exit')
        : this.endTurn(turn, SpanOutcome.done, undefined, this.activeAt)
    this.turns.push(turn)
    this.turn = turn
    this.touch()
    if (!isObserved) tracer.rest(span, () => this.activeAt)
    return turn
  }

  endTurn(turn: SpanTurn, outcome: SpanOutcome, errorType?: string, endedAt?: number): void {
    if (!turn.span.isOpen) return
    this.settle(turn.chats)
    // Whose stream was left, or goes on after the turn.
    for (const chat of turn.chats) {
      if (outcome === SpanOutcome.processExit) this.endChat(chat, outcome, errorType, endedAt)
      else this.endChat(chat, outcome === SpanOutcome.aborted ? outcome : SpanOutcome.done, undefined, endedAt)
    }
    const index = this.turns.indexOf(turn)
    if (index >= 0) this.turns.splice(index, 1)
    this.turn = this.turns.at(-1)
    this.tracer.end(turn.span, outcome, errorType, endedAt)
  }

  openChat(model: string, startedAt?: number): Chat | undefined {
    // In a turn a request whose answer no stream was observed of yet may be streamed until the turn ends.
    if (this.turn === undefined) this.settle(this.loose)
    const { chats, origin, tracer } = this
    const span = tracer.open(SpanKind.chat, model, origin, this.current, startedAt)
    if (span === undefined) return undefined
    const chat: Chat = {
      span,
      attempting: false,
      answeredAt: undefined,
      errorType: undefined,
      isAborted: false,
      isStreamed: false,
    }
    span.onExit = () => {
      if (isSettled(chat)) this.endSettled(chat)
      else this.endChat(chat, SpanOutcome.processExit, 'process_exit')
    }
    if (this.provider !== undefined) tracer.tell(span, { provider: this.provider })
    chats.add(chat)
    return chat
  }

  endChat(chat: Chat, outcome: SpanOutcome, errorType?: string, endedAt?: number): void {
    this.tracer.end(chat.span, outcome, errorType, endedAt)
    this.loose.delete(chat)
    for (const { chats } of this.turns) chats.delete(chat)
  }

  /** The latest request that waits for an attempt, or for its stream. */
  latestChat(which: (chat: Chat) => boolean): Chat | undefined {
    return [...this.chats].reverse().find(which)
  }

  /** Ends requests whose last attempt was answered, and whose answer no stream was observed of, when that answer came. */
  private settle(chats: Set<Chat>): void {
    for (const chat of chats) if (isSettled(chat)) this.endSettled(chat)
  }

  private endSettled(chat: Chat): void {
    const { answeredAt, errorType, isAborted } = chat
    if (isAborted) this.endChat(chat, SpanOutcome.aborted, undefined, answeredAt)
    else if (errorType === undefined) this.endChat(chat, SpanOutcome.done, undefined, answeredAt)
    else this.endChat(chat, SpanOutcome.failed, errorType, answeredAt)
  }
}

/** What the spans of a session share. */
const originOf = (options: SessionOptions, tracer: Tracer): SpanOrigin => ({
  conversationId: options.conversationId,
  sessionId: options.conversationId,
  agentName: options.agentName ?? (isForeign(options.originator) ? options.originator : DEFAULT_SERVICE_NAME),
  authMode: options.auth?.mode,
  originator: options.originator,
  terminalType: options.terminalType,
  traceState: tracer.incomingState,
})

/** Opens the spans of a conversation that begins. `agentName`: what the agent is called where the session does not say. */
export function openConversationSpans(
  tracer: Tracer,
  options: SessionOptions,
  agentName: string | undefined,
): ConversationSpans {
  const origin = originOf({ ...options, agentName: options.agentName ?? agentName }, tracer)
  return new ConversationSpans(tracer, origin, options)
}

const isSettled = (chat: Chat): boolean => !chat.attempting && !chat.isStreamed && chat.answeredAt !== undefined

const linkTo = ({ spanId, trace }: OpenSpan): SpanLink => ({
  traceId: trace.id,
  spanId,
  flags: trace.flags,
  remote: false,
})
