import type { CodexEventName, CodexEvents } from '@codex/otel-api'
import type { SessionSpans } from '../spans/session-spans.ts'

/** Records what is observed. */
export interface Emitter {
  /** `span` is the number of the span that the event belongs to. Default: by what the event is. */
  emit<Name extends CodexEventName>(name: Name, payload: CodexEvents[Name], span?: number): void
  /** Absent where traces are not exported. */
  readonly spans?: SessionSpans | undefined
}
