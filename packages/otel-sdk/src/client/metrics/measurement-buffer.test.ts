import { expect, it } from 'vitest'
import type { MeasurementsMessage } from '../../protocol/messages.ts'
import { createMeasurementBuffer } from './measurement-buffer.ts'
import type { Series } from './series.ts'

const CAPACITY = 2048

function start(checkpoints: boolean) {
  const posted: [count: number, checkpoint: boolean][] = []
  const buffer = createMeasurementBuffer({
    post: ({ count, checkpoint }: MeasurementsMessage) => posted.push([count, checkpoint]),
    delayMs: 20,
    checkpoints,
    backlogBytes: () => 0,
    maxBytes: 1024 * 1024,
    onDropped() {},
  })
  const series: Series = { id: 0, name: 'h', kind: 'histogram', tags: [], total: 0, knownTo: -1, batch: -1, slot: 0 }
  const add = (count: number): void => {
    for (let i = 0; i < count; i++) buffer.add(series, i)
  }
  return { posted, buffer, add }
}

it('hands measurements over when their time is over, with the order to write a checkpoint', async () => {
  const { posted, add } = start(true)
  add(3)
  await expect.poll(() => posted).toEqual([[3, true]])
})

it('orders a checkpoint of what a full buffer handed over, when the first of it has waited long enough', async () => {
  const { posted, add } = start(true)
  add(CAPACITY)
  expect(posted).toEqual([[CAPACITY, false]])
  await expect
    .poll(() => posted)
    .toEqual([
      [CAPACITY, false],
      [0, true],
    ])
})

it('orders no checkpoint of what is handed over to be exported, or where there are none', async () => {
  const exported = start(true)
  exported.add(1)
  exported.buffer.post()
  const without = start(false)
  without.add(2)
  await expect.poll(() => without.posted).toEqual([[2, false]])
  expect(exported.posted).toEqual([[1, false]])
})
