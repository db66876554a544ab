import type { AttributeValue, EventName } from '@codex/otel-api'
import type { Outbox } from '../client/outbox.ts'
import type { ContentConfig } from '../config/effective-config.ts'
import type { Scrubber } from '../content/secrets/scrub.ts'
import { setSlot, timeOf } from '../protocol/event-tuple.ts'
import { createLogAttributes, sanitizeSession } from '../worker/signals/log-attributes.ts'
import type { SpanCollection } from './collect-spans.ts'

/** An event, as a collector would get it. */
export interface CollectedEvent {
  readonly name: EventName
  /** In milliseconds since the epoch. */
  readonly timeMs: number
  /** Those of the session included; texts scrubbed, cut and withheld as the configuration says. */
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

/** An outbox that does at once what the worker would; `onLate` hears of events after its end. */
export function collectEvents(
  content: ContentConfig,
  scrubber: Scrubber,
  events: CollectedEvent[],
  onLate: () => void,
  spans: Pick<SpanCollection, 'event'>,
): Pick<Outbox, 'add' | 'close'> {
  const attributes = createLogAttributes(scrubber, content.toolOutputBytes)
  let closed = false
  return {
    add(tuple, session, _, span) {
      if (closed) return onLate()
      setSlot(tuple, 0)
      attributes.open(0, sanitizeSession(session, content, scrubber))
      const collected = attributes.of(tuple)
      spans.event(tuple, span)
      events.push({ name: collected['event.name'] as EventName, timeMs: timeOf(tuple), attributes: collected })
    },
    close() {
      closed = true
    },
  }
}
