import type { Span, SpanAttributes } from '@codex/otel-api'
import { textFieldOf } from '../../catalogue/own-names.ts'
import { capText } from '../../content/cap-text.ts'
import { type ContentPolicy, ownTextPolicy, redactValue } from '../../content/policy.ts'
import { NAME_LIMIT } from '../../content/text-limits.ts'
import { attributesTuple, SpanKind, SpanOutcome, spanEventTuple } from '../../protocol/span-tuple.ts'
import { takeAttributes } from '../session/read-attributes.ts'
import { UNRECORDED_SPAN } from '../session/unrecorded-span.ts'
import type { ConversationSpans } from './conversation-spans.ts'
import { classOf, errorCode, isAbort, OTHER } from './error-type.ts'
import type { OpenSpan } from './tracer.ts'

/** As the SDKs of OpenTelemetry do by default. */
const MAX_EVENTS = 128
const BYTES_PER_UNIT = 2
const VALUE_BYTES = 16

export interface OwnSpanOptions {
  policy: ContentPolicy
  /** Called for each attribute that is left out because of `problem`. */
  onInvalid(name: string, problem: string): void
}

/** Runs `run` in a span of the application's own, below `parent` or else below the current turn. */
export function runInSpan<Result>(
  conversation: ConversationSpans,
  parent: OpenSpan | undefined,
  given: { name: string; attributes: SpanAttributes | undefined; options: OwnSpanOptions },
  run: (span: Span) => Result,
): Result {
  const { origin, tracer } = conversation
  conversation.touch()
  const label = typeof given.name === 'string' ? capText(given.name, NAME_LIMIT) : '(no name)'
  const above = parent?.isOpen ? parent : conversation.current
  const open = tracer.open({ kind: SpanKind.own, label, origin, parent: above })
  if (open === undefined) return run(UNRECORDED_SPAN)
  const span = new OwnSpan(conversation, open, given.options)
  if (given.attributes !== undefined) span.set(given.attributes)
  return settle(span, () => run(span))
}

/** Ends the span when `run` has ended, or the promise that it returns. */
function settle<Result>(span: OwnSpan, run: () => Result): Result {
  let result: Result
  try {
    result = run()
  } catch (error) {
    span.end({ error })
    throw error
  }
  if (!isThenable(result)) {
    span.end()
    return result
  }
  return result.then(
    value => {
      span.end()
      return value
    },
    (error: unknown) => {
      span.end({ error })
      throw error
    },
  ) as Result
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  } catch {
    return false
  }
}

class OwnSpan implements Span {
  private readonly conversation: ConversationSpans
  private readonly open: OpenSpan
  private readonly options: OwnSpanOptions
  private failure: string | undefined
  private events = 0

  constructor(conversation: ConversationSpans, open: OpenSpan, options: OwnSpanOptions) {
    this.conversation = conversation
    this.open = open
    this.options = options
  }

  set(attributes: SpanAttributes): void {
    const taken = this.take(attributes)
    if (taken === undefined || taken.entries.length === 0) return
    this.conversation.tracer.say(this.open, attributesTuple(this.open.number, taken.entries), taken.bytes)
  }

  event(name: string, attributes: SpanAttributes = {}): void {
    if (typeof name !== 'string' || !this.open.isOpen || ++this.events > MAX_EVENTS) return
    const taken = this.take(attributes)
    const { number, trace } = this.open
    const said = {
      id: number,
      timeMs: trace.offsetMs + performance.now(),
      name: capText(name, NAME_LIMIT),
      attributes: taken?.entries ?? [],
    }
    this.conversation.tracer.say(
      this.open,
      spanEventTuple(said),
      said.name.length * BYTES_PER_UNIT + (taken?.bytes ?? 0),
    )
  }

  fail(errorType: string): void {
    this.failure = errorCode(errorType) ?? OTHER
  }

  span<Result>(name: string, attributes: SpanAttributes | undefined, run: (span: Span) => Result): Result {
    return runInSpan(this.conversation, this.open, { name, attributes, options: this.options }, run)
  }

  traceContext({ for: to = 'commands' }: Parameters<Span['traceContext']>[0] = {}): ReturnType<Span['traceContext']> {
    const { tracer } = this.conversation
    return tracer.propagates(to) ? tracer.context(this.open) : undefined
  }

  end(thrown?: { error: unknown }): void {
    const { tracer } = this.conversation
    if (thrown !== undefined && isAbort(thrown.error)) tracer.end(this.open, SpanOutcome.aborted)
    else if (thrown !== undefined) tracer.end(this.open, SpanOutcome.failed, this.failure ?? classOf(thrown.error))
    else if (this.failure !== undefined) tracer.end(this.open, SpanOutcome.failed, this.failure)
    else tracer.end(this.open, SpanOutcome.done)
  }

  private take(attributes: SpanAttributes) {
    const { onInvalid, policy } = this.options
    const of = (problem: string): string => `of a span: ${problem}`
    try {
      if (typeof attributes !== 'object' || attributes === null || Symbol.iterator in attributes) {
        onInvalid('attributes', of('they are no object of names and values'))
        return undefined
      }
      const taken = takeAttributes(attributes, 'span', (name, problem) => onInvalid(name, of(problem)))
      const entries = taken.entries.map(
        ([name, value]) => [name, redactValue(value, ownTextPolicy(textFieldOf(name), policy))] as const,
      )
      const bytes = entries.reduce(
        (sum, [name, value]) => sum + VALUE_BYTES + BYTES_PER_UNIT * (name.length + unitsOf(value)),
        0,
      )
      return { entries, bytes }
    } catch {
      onInvalid('attributes', of('they cannot be read'))
      return undefined
    }
  }
}

const unitsOf = (value: unknown): number =>
  typeof value === 'string'
    ? value.length
    : Array.isArray(value)
      ? value.reduce((sum: number, one) => sum + 8 + unitsOf(one), 0)
      : 8
