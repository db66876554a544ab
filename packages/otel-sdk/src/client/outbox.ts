import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { bySignal, CARRIED_SIGNALS, type CarriedSignal } from '../catalogue/signals.ts'
import { type EventTuple, rowOf, slotOf } from '../protocol/event-tuple.ts'
import { endsExportedSpan } from '../protocol/span-tuple.ts'
import { createEventWriter, type EventWriter, type EventWriterOptions } from './event-writer.ts'
import { setImmediate } from './platform-timers.ts'

/** Takes events on the application's thread, and gives them to the worker. */
export interface Outbox extends Pick<EventWriter, 'position' | 'replayable' | 'replay'> {
  /** Takes one event of about `bytes` bytes, which it has read when it returns. Never waits, never throws. */
  add(event: EventTuple, session: SessionAttributes, bytes: number): void
  /** Takes what is said of a span in the same way. A record is what ends a span that is exported. */
  addOfSpan(said: EventTuple, bytes: number): void
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

  function add(
    signal: CarriedSignal,
    records: number,
    tuple: EventTuple,
    session: SessionAttributes | undefined,
    size: number,
  ): void {
    if (closed || !options.takes()) {
      if (records > 0) (closed ? options.onLate : options.onLost)(signal)
      return
    }
    const bytes = options.hasRoom(size) ? writer.write(tuple, session) : 0
    if (bytes > 0) options.onWritten(bytes, signal, records)
    else dropped[signal] += records
    if (atOnce) {
      post()
      if (records > 0) options.onWrittenAtOnce()
    } else if ((writer.pending || drops()) && !scheduled) {
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
    add: (event, session, size) => add('logs', 1, event, session, size),
    addOfSpan: (said, size) =>
      add('traces', endsExportedSpan(rowOf(said), slotOf(said)) ? 1 : 0, said, undefined, size),
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
