import { describe, expect, it } from 'vitest'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { openTuple, slotOf } from '../protocol/event-tuple.ts'
import type { EventsMessage } from '../protocol/messages.ts'
import { createOutbox } from './outbox.ts'

const session = (id: number | string): SessionAttributes => ({
  common: { 'conversation.id': String(id) },
  authEnvironment: {},
  own: {},
})

function open() {
  const posted: EventsMessage[] = []
  const outbox = createOutbox({
    post: message => posted.push(message as EventsMessage),
    backlogBytes: () => 0,
    maxBytes: Number.POSITIVE_INFINITY,
    onDropped() {},
    onLate() {},
  })
  /** The conversation of every event, in order, as the worker finds it. */
  const conversations = (messages: readonly EventsMessage[] = posted): unknown[] => {
    const slots: SessionAttributes[] = []
    return messages.flatMap(({ sessions, events }) => {
      for (const { slot, attributes } of sessions) slots[slot] = attributes
      return events.map(event => slots[slotOf(event)]?.common['conversation.id'])
    })
  }
  return { outbox, posted, conversations, add: (of: SessionAttributes) => outbox.add(openTuple(0, 0), of, 1) }
}

describe('the outbox', () => {
  it('defines a session once, however many messages with its events follow', () => {
    const { outbox, posted, conversations, add } = open()
    const [a, b] = [session('a'), session('b')]
    for (const of of [a, b, a]) add(of)
    outbox.post()
    for (const of of [b, a]) add(of)
    outbox.post()
    expect(posted.map(({ sessions }) => sessions.length)).toEqual([2, 0])
    expect(conversations()).toEqual(['a', 'b', 'a', 'b', 'a'])
  })

  it('keeps the events of more sessions apart than it remembers', () => {
    const { outbox, conversations, add } = open()
    const sessions = Array.from({ length: 1000 }, (_, i) => session(i))
    const order = [...sessions, ...sessions.toReversed(), ...sessions]
    for (const of of order) add(of)
    outbox.post()
    expect(conversations()).toEqual(order.map(({ common }) => common['conversation.id']))
  })

  it('defines all sessions again for a worker that was started again', () => {
    const { outbox, posted, conversations, add } = open()
    const [a, b] = [session('a'), session('b')]
    add(a)
    outbox.post()
    add(b)
    outbox.redefineAll()
    add(a)
    outbox.post()
    expect(conversations(posted.slice(1))).toEqual(['b', 'a'])
  })
})

it('the outbox counts no event twice when its listener for drops posts, drops and asks again', () => {
  const reported: number[] = []
  let backlog = 0
  const outbox = createOutbox({
    post: () => {},
    backlogBytes: () => backlog,
    maxBytes: 100,
    onDropped(count) {
      reported.push(count)
      outbox.post()
    },
    onLate: () => {},
  })
  const event = (): void => outbox.add(openTuple(0, 0), session('a'), 60)
  backlog = 90
  event()
  event()
  outbox.post()
  outbox.post()
  event()
  outbox.post()
  expect(reported).toEqual([2, 1])
})
