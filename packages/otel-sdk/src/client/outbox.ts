import type { SessionAttributes } from '../events/session-attributes.ts'
import type { EventTuple, ToWorker } from '../worker/protocol.ts'
import { setImmediate } from './platform-timers.ts'

/** Collects events on the application's thread and hands them over in batches. */
export interface Outbox {
  /** Takes one event of about `bytes` bytes. Never waits, never throws. */
  add(event: EventTuple, session: SessionAttributes, bytes: number): void
  /** Hands over what was collected, now. */
  post(): void
  /** From now on every event comes too late. */
  close(): void
}

export interface OutboxOptions {
  post(message: ToWorker): void
  /** Bytes that were posted and that the worker has not yet taken in. */
  backlogBytes(): number
  /** Past this many bytes on their way, new events are dropped. */
  maxBytes: number
  onDropped(count: number): void
  /** An event came after the end. */
  onLate(): void
}

/** Large enough that a message's own cost disappears, small enough that the worker starts early. */
const MAX_BATCH = 256

export function createOutbox(options: OutboxOptions): Outbox {
  let events: EventTuple[] = []
  let sessions: SessionAttributes[] = []
  let bytes = 0
  let dropped = 0
  let scheduled = false
  let closed = false

  const post = (): void => {
    if (dropped > 0) {
      options.onDropped(dropped)
      dropped = 0
    }
    if (events.length === 0) return
    const message: ToWorker = { type: 'events', sessions, events, bytes }
    events = []
    sessions = []
    bytes = 0
    options.post(message)
  }

  const postAtEndOfTurn = (): void => {
    scheduled = false
    post()
  }

  return {
    add(event, session, size) {
      if (closed) {
        options.onLate()
        return
      }
      if (bytes + size + options.backlogBytes() > options.maxBytes) {
        dropped++
      } else {
        let index = sessions.lastIndexOf(session)
        if (index < 0) index = sessions.push(session) - 1
        event[2] = index
        events.push(event)
        bytes += size
      }
      if (events.length >= MAX_BATCH) post()
      else if (!scheduled) {
        scheduled = true
        setImmediate(postAtEndOfTurn)
      }
    },
    post,
    close() {
      post()
      closed = true
    },
  }
}
