import type { CodexEventName, CodexEvents } from '@codex/otel-api'
import type { OpenSpan } from '../spans/open-span.ts'
import type { SessionSpans } from '../spans/session-spans.ts'

/** Records what is observed. */
export interface Emitter {
  /** `span` is the one that the event belongs to, `null` none. Default: by what the event is. */
  emit<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name], span?: OpenSpan | null): void
  /** Absent where traces are not exported. */
  readonly spans?: SessionSpans | undefined
}
