import { expect, it } from 'vitest'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { openTuple } from '../protocol/event-tuple.ts'
import { createOutbox, type OutboxOptions } from './outbox.ts'

const SESSION: SessionAttributes = { common: { 'conversation.id': 'a' }, authEnvironment: {}, own: {} }

function open(more: Partial<OutboxOptions>) {
  const outbox = createOutbox({
    onChunk() {},
    takes: () => true,
    hasRoom: () => true,
    onWritten() {},
    onWrittenAtOnce() {},
    onDropped() {},
    onLost() {},
    onLate() {},
    ...more,
  })
  return { outbox, add: () => outbox.add(openTuple(0, 0), SESSION, 60) }
}

it('the outbox counts no event twice when its listener for drops posts, drops and asks again', () => {
  const reported: number[] = []
  let backlog = 0
  const { outbox, add } = open({
    hasRoom: bytes => backlog + bytes <= 100,
    onDropped(count) {
      reported.push(count)
      outbox.post()
    },
  })
  backlog = 90
  add()
  add()
  outbox.post()
  outbox.post()
  add()
  outbox.post()
  expect(reported).toEqual([2, 1])
})

it('the outbox reports drops at the end of the turn of the event loop', async () => {
  const reported: number[] = []
  const { add } = open({ hasRoom: () => false, onDropped: count => reported.push(count) })
  add()
  add()
  expect(reported).toEqual([])
  await new Promise(setImmediate)
  expect(reported).toEqual([2])
})

it('the outbox says of each event where it went', () => {
  const said: string[] = []
  let takes = true
  const { outbox, add } = open({
    takes: () => takes,
    onWritten: bytes => said.push(bytes > 0 ? 'written' : 'nothing'),
    onWrittenAtOnce: () => said.push('at once'),
    onLost: () => said.push('lost'),
    onLate: () => said.push('late'),
  })
  add()
  outbox.postAtOnce()
  add()
  takes = false
  add()
  outbox.close()
  add()
  expect(said).toEqual(['written', 'written', 'at once', 'lost', 'late'])
})
