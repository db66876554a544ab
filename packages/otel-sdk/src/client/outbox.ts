import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import type { EventTuple } from '../protocol/event-tuple.ts'
import { createEventWriter, type EventWriter, type EventWriterOptions } from './event-writer.ts'
import { setImmediate } from './platform-timers.ts'

/** Takes events on the application's thread, and gives them to the worker. */
export interface Outbox extends Pick<EventWriter, 'position' | 'replayable' | 'replay'> {
  /** Takes one event of about `bytes` bytes, which it has read when it returns. Never waits, never throws. */
  add(event: EventTuple, session: SessionAttributes, bytes: number): void
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
  /** Whether there is room for so many bytes more; else events are dropped. */
  hasRoom(bytes: number): boolean
  /** An event of so many bytes is there for the worker to read. */
  onWritten(bytes: number): void
  /** The same, and no turn of the event loop will come. */
  onWrittenAtOnce(): void
  /** Called once a turn of the event loop. */
  onDropped(count: number): void
  /** There is no worker any more. */
  onLost(): void
  /** An event was added after `close`. */
  onLate(): void
}

export function createOutbox(options: OutboxOptions): Outbox {
  const writer = createEventWriter(options)
  let dropped = 0
  let scheduled = false
  let atOnce = false
  let closed = false

  const post = (): void => {
    const lost = dropped
    dropped = 0
    if (lost > 0) options.onDropped(lost)
    writer.handOver()
  }
  const postAtEndOfTurn = (): void => {
    scheduled = false
    post()
  }

  return {
    get position() {
      return writer.position
    },
    replayable: writer.replayable,
    replay: writer.replay,
    add(event, session, size) {
      if (closed) return options.onLate()
      if (!options.takes()) return options.onLost()
      const bytes = options.hasRoom(size) ? writer.write(event, session) : 0
      if (bytes > 0) options.onWritten(bytes)
      else dropped++
      if (atOnce) {
        post()
        options.onWrittenAtOnce()
      } else if ((dropped > 0 || writer.pending) && !scheduled) {
        scheduled = true
        setImmediate(postAtEndOfTurn)
      }
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
