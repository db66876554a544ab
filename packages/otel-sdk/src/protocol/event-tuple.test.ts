import { expect, it } from 'vitest'
import { clearFields, fieldOf, openTuple, rowOf, setField, setSlot, setTime, slotOf, timeOf } from './event-tuple.ts'

it('gives back the row, the time, the slot and the fields that a tuple was made of', () => {
  const tuple = openTuple(7, 1234)
  tuple.push('a', undefined, 0)
  setSlot(tuple, 9)
  expect([rowOf(tuple), timeOf(tuple), slotOf(tuple)]).toEqual([7, 1234, 9])
  expect([fieldOf(tuple, 0), fieldOf(tuple, 1), fieldOf(tuple, 2)]).toEqual(['a', undefined, 0])
})

it('can be used again: its fields are set, and taken off', () => {
  const tuple = openTuple(7, 1234)
  setTime(tuple, 5678)
  setField(tuple, 0, 'a')
  setField(tuple, 1, 2)
  expect([timeOf(tuple), fieldOf(tuple, 0), fieldOf(tuple, 1)]).toEqual([5678, 'a', 2])
  clearFields(tuple)
  expect([rowOf(tuple), fieldOf(tuple, 0), fieldOf(tuple, 1)]).toEqual([7, undefined, undefined])
})
