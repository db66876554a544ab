import { expect, it } from 'vitest'
import { editDistance } from './edit-distance.ts'

it.each([
  ['exec', 'exec', 0],
  ['exc', 'exec', 1],
  ['exce', 'exec', 1],
  ['docter', 'doctor', 1],
  ['', 'flush', 5],
  ['hello', 'help', 2],
  ['kitten', 'sitting', 3],
])('editDistance counts the changes from %j to %j', (a, b, changes) => {
  expect(editDistance(a, b)).toBe(changes)
  expect(editDistance(b, a)).toBe(changes)
})
