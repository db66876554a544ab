import { expect, it } from 'vitest'
import { fieldOf, openTuple, presentFields, rowOf, setSlot, slotOf, timeOf } from './event-tuple.ts'

it('gives back the row, the time, the slot and the fields that a tuple was made of', () => {
  const tuple = openTuple(7, 1234)
  tuple.push('a', undefined, 0)
  setSlot(tuple, 9)
  expect([rowOf(tuple), timeOf(tuple), slotOf(tuple)]).toEqual([7, 1234, 9])
  expect([fieldOf(tuple, 0), fieldOf(tuple, 1), fieldOf(tuple, 2)]).toEqual(['a', undefined, 0])
})

it('tells tuples apart by which fields are present', () => {
  const present = (...fields: unknown[]): number => {
    const tuple = openTuple(0, 0)
    tuple.push(...fields)
    return presentFields(tuple)
  }
  expect(present('a', undefined)).toBe(present('b', undefined))
  expect(new Set([present('a', undefined), present(undefined, 'a'), present('a', 'a'), present()]).size).toBe(4)
})
