import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { bySignal, CARRIED_SIGNALS, type CarriedSignal } from '../catalogue/signals.ts'
import type { EventTuple } from '../protocol/event-tuple.ts'
import type { SpanOutcome } from '../protocol/span-tuple.ts'
import { createEventWriter, type EventWriter, type EventWriterOptions } from './event-writer.ts'
import { setImmediate } from './platform-timers.ts'
import type { OpenSpan } from './spans/open-span.ts'

/** Takes events on the application's thread, and gives them to the worker. */
export interface Outbox extends Pick<EventWriter, 'position' | 'replayable' | 'replay'> {
  /** Takes one event of about `bytes` bytes, which it has read when it returns; `span` is the one that its number is of. Never waits, never throws. */
  add(event: EventTuple, session: SessionAttributes, bytes: number, span?: OpenSpan | null): void
  /** Takes what opens a span in the same way. */
  openSpan(span: OpenSpan): void
  /** Takes what else is said of a span. */
  say(said: EventTuple, bytes: number, span: OpenSpan): void
  /** Takes the end of a span, which is a record where the span is exported. */
  endSpan(
    span: OpenSpan,
    timeMs: number,
    outcome: SpanOutcome,
    errorType: string | undefined,
    isExported: boolean,
  ): void
  /** Hands over what the worker does not see yet, and reports losses, now. */
  post(): void
  /** From now on every event is posted as it comes: the process exits, and the event loop does not turn any more. */
  postAtOnce(): void
  /** From now on every event is reported as late. */
  close(): void
}

export interface OutboxOptions extends EventWriterOptions {
  /** Whether there is a worker that takes events. */
  takes(): boolean
  /** Whether there is room for so many bytes more; else records are dropped. */
  hasRoom(bytes: number): boolean
  /** So many records of a signal are there for the worker to read, and take so many bytes. */
  onWritten(bytes: number, signal: CarriedSignal, records: number): void
  /** The same, and no turn of the event loop will come. */
  onWrittenAtOnce(): void
  /** Called once a turn of the event loop. */
  onDropped(count: number, signal: CarriedSignal): void
  /** There is no worker any more. */
  onLost(signal: CarriedSignal): void
  /** A record was added after `close`. */
  onLate(signal: CarriedSignal): void
}

export function createOutbox(options: OutboxOptions): Outbox {
  const writer = createEventWriter(options)
  let dropped = bySignal(() => 0)
  let scheduled = false
  let atOnce = false
  let closed = false

  const post = (): void => {
    const lost = dropped
    dropped = bySignal(() => 0)
    for (const { name } of CARRIED_SIGNALS) if (lost[name] > 0) options.onDropped(lost[name], name)
    writer.handOver()
  }
  const drops = (): boolean => dropped.logs > 0 || dropped.traces > 0
  const postAtEndOfTurn = (): void => {
    scheduled = false
    post()
  }

  /** Whether so many bytes may be written; counts what may not. */
  function admits(signal: CarriedSignal, records: number, bytes: number): boolean {
    if (closed || !options.takes()) {
      if (records > 0) (closed ? options.onLate : options.onLost)(signal)
      return false
    }
    if (options.hasRoom(bytes)) return true
    took(signal, records, 0)
    return false
  }

  /** Counts what took so many bytes; none: it is dropped. */
  function took(signal: CarriedSignal, records: number, bytes: number): void {
    if (bytes > 0) options.onWritten(bytes, signal, records)
    else dropped[signal] += records
    if (atOnce || writer.pending || drops()) schedule(records)
  }

  /** Has what the worker does not see, and what was dropped, seen to. */
  function schedule(records: number): void {
    if (atOnce) {
      post()
      if (records > 0) options.onWrittenAtOnce()
    } else if (!scheduled) {
      scheduled = true
      setImmediate(postAtEndOfTurn)
    }
  }

  return {
    get position() {
      return writer.position
    },
    replayable: writer.replayable,
    replay: writer.replay,
    add(event, session, size, span) {
      if (admits('logs', 1, size)) took('logs', 1, writer.write(event, session, span))
    },
    openSpan(span) {
      if (admits('traces', 0, spanBytes(span))) took('traces', 0, writer.openSpan(span))
    },
    say(said, size, span) {
      if (admits('traces', 0, size + spanBytes(span))) took('traces', 0, writer.say(said, span))
    },
    endSpan(span, timeMs, outcome, errorType, isExported) {
      const records = isExported ? 1 : 0
      if (!admits('traces', records, spanBytes(span))) return
      took('traces', records, writer.endSpan(span, timeMs, outcome, errorType, isExported))
    },
    post,
    postAtOnce() {
      atOnce = true
      scheduled = false
    },
    close() {
      post()
      closed = true
    },
  }
}

/** Upper bounds, in bytes, of what a span is opened and ended with. */
const SPAN_BYTES = 512
const BYTES_PER_UNIT = 2

const spanBytes = ({ label }: OpenSpan): number => SPAN_BYTES + BYTES_PER_UNIT * label.length
