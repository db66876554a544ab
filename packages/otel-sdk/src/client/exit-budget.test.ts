import { expect, it } from 'vitest'
import { createExitBudget } from './exit-budget.ts'

it('the exit budget shrinks by the time of each wait, and never gives more than what is left', () => {
  let now = 100
  const budget = createExitBudget(1000, () => now)
  const first = budget.spend(() => {
    now += 300
  })
  now += 50
  first()
  expect(budget.leftMs).toBe(650)
  budget.spend(() => {
    now += 5000
  })()
  expect(budget.leftMs).toBe(0)
})

it('the exit budget does not shrink for a wait that was not made', () => {
  const budget = createExitBudget(1000, () => 7)
  budget.spend(() => {})
  expect(budget.leftMs).toBe(1000)
})
