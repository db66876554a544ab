import { SpanOutcome } from '../../protocol/span-tuple.ts'
import type { StreamFinding } from '../session/protocols/stream-protocol.ts'
import type { Chat } from './conversation-spans.ts'
import { errorCode, OTHER } from './error-type.ts'
import type { OpenSpan } from './open-span.ts'
import type { SessionSpans } from './session-spans.ts'

/** The answer to a request, as its stream shows it. Only the first end counts. */
export interface Answer {
  /** The span that its events belong to. */
  readonly span: OpenSpan | null
  /** Takes what an event shows. */
  take(finding: StreamFinding): void
  complete(): void
  fail(errorType: string | undefined): void
  abort(): void
}

export function createAnswer(spans: SessionSpans | undefined, chat: Chat | undefined): Answer | undefined {
  if (spans === undefined) return undefined
  const { conversation } = spans
  if (chat === undefined) {
    const nothing = (): void => {}
    return { span: conversation.here, take: nothing, complete: nothing, fail: nothing, abort: nothing }
  }
  const { span } = chat
  let isFirst = true
  let isAborted = false
  return {
    get span() {
      return spans.at(span)
    },
    take({ output, response }) {
      if (output && isFirst) {
        isFirst = false
        const firstChunkSeconds = (performance.now() - span.startedAt) / 1000
        conversation.tracer.tell(span, { firstChunkSeconds })
      }
      if (response !== undefined) conversation.tracer.tell(span, response)
    },
    complete: () => conversation.endChat(chat, SpanOutcome.done),
    fail(errorType) {
      if (isAborted) conversation.endChat(chat, SpanOutcome.aborted)
      else conversation.endChat(chat, SpanOutcome.failed, errorCode(errorType) ?? OTHER)
    },
    abort() {
      isAborted = true
    },
  }
}
