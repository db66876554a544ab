import { describe, expect, it } from 'vitest'
import { comparable } from './compare.ts'
import { replay } from './replay.ts'
import { loadScenarios } from './scenario.ts'

describe('the demo emits what the captured program emitted', () => {
  const scenarios = loadScenarios()

  it('in all captured kinds of runs', () => {
    const kinds = new Set(scenarios.map(({ name }) => name.split('-')[0]))
    expect([...kinds].sort()).toEqual(['a', 'b', 'c', 'd', 'f', 'g', 'm', 'n', 'x'])
  })

  it.each(scenarios)('in $name', async scenario => {
    const { exit, stderr, events } = await replay(scenario)
    expect(exit, stderr).toBe(scenario.exit)
    expect(comparable(scenario, events)).toEqual(comparable(scenario, scenario.events))
  })
})
