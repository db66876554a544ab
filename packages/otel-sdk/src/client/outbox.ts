import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { type EventTuple, setSlot } from '../protocol/event-tuple.ts'
import type { EventsMessage, SessionDescription } from '../protocol/messages.ts'
import { setImmediate } from './platform-timers.ts'

/** Collects events on the application's thread and hands them over in batches. */
export interface Outbox {
  /** Takes one event of about `bytes` bytes. Never waits, never throws. */
  add(event: EventTuple, session: SessionAttributes, bytes: number): void
  /** Posts what was collected, now. */
  post(): void
  /** From now on every event is posted as it comes: the process exits, and the event loop does not turn any more. */
  postAtOnce(): void
  /** From now on every event is reported as late. */
  close(): void
  /** The worker was replaced and knows no session: the next message defines all of them again. */
  redefineAll(): void
}

export interface OutboxOptions {
  post(message: EventsMessage): void
  /** Bytes that were posted and that the worker has not yet taken in. */
  backlogBytes(): number
  /** Past this many bytes on their way, new events are dropped. */
  maxBytes: number
  onDropped(count: number): void
  /** An event was added after `close`. */
  onLate(): void
}

/** Large enough that a message's own cost disappears, small enough that the worker starts early. */
const MAX_BATCH = 256

/** Both threads remember so many sessions; past that, a new session takes the slot of the one that was defined first. */
const MAX_SESSIONS = 256

export function createOutbox(options: OutboxOptions): Outbox {
  let events: EventTuple[] = []
  const slots = new Map<SessionAttributes, number>()
  let unknown: SessionDescription[] = []
  let last: SessionAttributes | undefined
  let lastSlot = 0
  let bytes = 0
  let dropped = 0
  let scheduled = false
  let schedule: (run: () => void) => unknown = setImmediate
  let closed = false

  const post = (): void => {
    const lost = dropped
    dropped = 0
    if (lost > 0) options.onDropped(lost)
    if (events.length === 0) return
    const message: EventsMessage = { type: 'events', sessions: unknown, events, bytes }
    events = []
    unknown = []
    bytes = 0
    options.post(message)
  }

  /** A session's attributes cross the threads once, and not with each of its events. */
  const slotFor = (session: SessionAttributes): number => {
    if (session === last) return lastSlot
    last = session
    lastSlot = slots.get(session) ?? define(session)
    return lastSlot
  }

  const define = (attributes: SessionAttributes): number => {
    let slot = slots.size
    const [oldest] = slot < MAX_SESSIONS ? [] : slots
    if (oldest !== undefined) {
      // Events that are collected already refer to the session that had the slot.
      post()
      slot = oldest[1]
      slots.delete(oldest[0])
    }
    slots.set(attributes, slot)
    unknown.push({ slot, attributes })
    return slot
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
        setSlot(event, slotFor(session))
        events.push(event)
        bytes += size
      }
      if (events.length >= MAX_BATCH) post()
      else if (!scheduled) {
        scheduled = true
        schedule(postAtEndOfTurn)
      }
    },
    post,
    postAtOnce() {
      schedule = run => run()
      scheduled = false
    },
    close() {
      post()
      closed = true
    },
    redefineAll() {
      unknown = Array.from(slots, ([attributes, slot]) => ({ slot, attributes }))
    },
  }
}
