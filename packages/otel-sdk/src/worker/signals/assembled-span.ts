import type { AttributeValue } from '@codex/otel-api'
import type { SpanLink, SpanOpening } from '../../protocol/span-tuple.ts'

/** A span that ended, with everything as it may be exported. */
export interface AssembledSpan {
  readonly name: string
  readonly isClient: boolean
  readonly opening: SpanOpening
  readonly traceState: string | undefined
  readonly endMs: number
  readonly attributes: Readonly<Record<string, AttributeValue>>
  readonly events: readonly AssembledEvent[]
  readonly links: readonly SpanLink[]
  readonly failed: boolean
  /** Why it failed, where texts of errors are exported. */
  readonly statusMessage: string | undefined
  readonly droppedAttributes: number
  readonly droppedEvents: number
  readonly droppedLinks: number
}

export interface AssembledEvent {
  readonly name: string
  readonly timeMs: number
  readonly attributes: Readonly<Record<string, AttributeValue>>
}
