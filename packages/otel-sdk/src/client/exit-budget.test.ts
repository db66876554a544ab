import { expect, it } from 'vitest'
import { createExitBudget } from './exit-budget.ts'

it('takes the time of each wait out of the budget, and never gives more than what is left', () => {
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

it('costs nothing while the wait has not been made', () => {
  const budget = createExitBudget(1000, () => 7)
  budget.spend(() => {})
  expect(budget.leftMs).toBe(1000)
})
