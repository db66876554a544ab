import type { Span, SpanAttributes } from '@codex/otel-api'
import { capText } from '../../content/cap-text.ts'
import type { ContentPolicy } from '../../content/policy.ts'
import { NAME_LIMIT } from '../../content/text-limits.ts'
import { attributesTuple, SpanKind, SpanOutcome, spanEventTuple } from '../../protocol/span-tuple.ts'
import { attempt } from '../session/attempt.ts'
import type { readSpanAttributes } from '../session/read-span-attributes.ts'
import type { RedactedAttributes } from '../session/redact-own-attributes.ts'
import { UNRECORDED_SPAN } from '../session/unrecorded-span.ts'
import type { ConversationSpans } from './conversation-spans.ts'
import { classOf, errorCode, isAbort, OTHER } from './error-type.ts'
import type { OpenSpan } from './open-span.ts'

/** As the SDKs of OpenTelemetry do by default. */
const MAX_EVENTS = 128
const BYTES_PER_UNIT = 2

/** What the spans that an application opens itself have in common in a session. */
export interface OwnSpanContext {
  conversation: ConversationSpans
  policy: ContentPolicy
  /** What reads the attributes: `readSpanAttributes`, whose tables are not loaded with the spans a second time. */
  read: typeof readSpanAttributes
  /** Called for each attribute that is left out because of `problem`. */
  onInvalid(name: string, problem: string): void
}

/** Runs `run` in a span of the application's own, below `parent` or else below the current turn. */
export function runInSpan<Result>(
  context: OwnSpanContext,
  parent: OpenSpan | undefined,
  name: string,
  attributes: SpanAttributes | undefined,
  run: (span: Span) => Result,
): Result {
  const { conversation } = context
  conversation.touch()
  const label = typeof name === 'string' ? capText(name, NAME_LIMIT) : '(no name)'
  const above = parent?.isOpen ? parent : conversation.current
  const open = conversation.tracer.open(SpanKind.own, label, conversation.origin, above)
  if (open === undefined) return run(UNRECORDED_SPAN)
  const span = new OwnSpan(context, open)
  if (attributes !== undefined) span.set(attributes)
  let result: Result
  try {
    result = run(span)
  } catch (error) {
    span.end({ error })
    throw error
  }
  try {
    if (isThenable(result)) return endWith(result, span) as Result
    span.end()
  } catch (error) {
    // What looks like a promise threw when it was asked to be one.
    span.end({ error })
  }
  return result
}

/** Ends the span when the promise has settled. */
const endWith = (result: PromiseLike<unknown>, span: OwnSpan): PromiseLike<unknown> =>
  result.then(
    value => {
      span.end()
      return value
    },
    (error: unknown) => {
      span.end({ error })
      throw error
    },
  )

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  } catch {
    return false
  }
}

class OwnSpan implements Span {
  private readonly context: OwnSpanContext
  private readonly open: OpenSpan
  private failure: string | undefined = undefined
  private events = 0

  constructor(context: OwnSpanContext, open: OpenSpan) {
    this.context = context
    this.open = open
  }

  set(attributes: SpanAttributes): void {
    const taken = this.take(attributes)
    if (taken === undefined || taken.entries.length === 0) return
    this.context.conversation.tracer.say(this.open, attributesTuple(this.open.number, taken.entries), taken.bytes)
  }

  event(name: string, attributes: SpanAttributes = {}): void {
    if (typeof name !== 'string' || !this.open.isOpen || ++this.events > MAX_EVENTS) return
    const taken = this.take(attributes)
    const { open } = this
    const said = {
      id: open.number,
      timeMs: open.timeOf(performance.now()),
      name: capText(name, NAME_LIMIT),
      attributes: taken?.entries ?? [],
    }
    const bytes = said.name.length * BYTES_PER_UNIT + (taken?.bytes ?? 0)
    this.context.conversation.tracer.say(open, spanEventTuple(said), bytes)
  }

  fail(errorType: string): void {
    this.failure = errorCode(errorType) ?? OTHER
  }

  span<Result>(name: string, attributes: SpanAttributes | undefined, run: (span: Span) => Result): Result {
    return runInSpan(this.context, this.open, name, attributes, run)
  }

  traceContext(options?: Parameters<Span['traceContext']>[0]): ReturnType<Span['traceContext']> {
    const { tracer } = this.context.conversation
    const to = attempt(() => options?.for ?? 'commands')
    return to !== undefined && tracer.propagates(to) ? tracer.context(this.open) : undefined
  }

  end(thrown?: { error: unknown }): void {
    const { tracer } = this.context.conversation
    if (thrown !== undefined && isAbort(thrown.error)) tracer.end(this.open, SpanOutcome.aborted)
    else if (thrown !== undefined) tracer.end(this.open, SpanOutcome.failed, this.failure ?? classOf(thrown.error))
    else if (this.failure !== undefined) tracer.end(this.open, SpanOutcome.failed, this.failure)
    else tracer.end(this.open, SpanOutcome.done)
  }

  private take(attributes: SpanAttributes): RedactedAttributes | undefined {
    const { read, policy, onInvalid } = this.context
    return read(attributes, policy, onInvalid)
  }
}
