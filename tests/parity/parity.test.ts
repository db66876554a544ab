import { describe, expect, it } from 'vitest'
import { comparable } from './compare.ts'
import { ATTRIBUTES, DRIVEN, REWRITTEN } from './differs-by-nature.ts'
import { replay } from './replay.ts'
import { loadScenarios } from './scenario.ts'

describe('the demo emits what the captured program emitted', () => {
  const scenarios = loadScenarios()

  it('in all captured kinds of runs', () => {
    const kinds = new Set(scenarios.map(({ name }) => name.split('-')[0]))
    expect([...kinds].sort()).toEqual(['a', 'b', 'c', 'd', 'f', 'g', 'm', 'n', 'r', 'x'])
  })

  it('and the list of differences names none that is not there', () => {
    const names = scenarios.map(({ name }) => name)
    for (const prefix of [...Object.keys(DRIVEN), ...REWRITTEN.map(({ scenarios }) => scenarios)]) {
      expect(names.some(name => name.startsWith(prefix))).toBe(true)
    }
    const captured = new Set(scenarios.flatMap(({ events }) => events.flatMap(event => Object.keys(event.attributes))))
    expect(Object.keys(ATTRIBUTES).filter(key => !captured.has(key))).toEqual(['cf_ray'])
  })

  it.each(scenarios)('in $name', async scenario => {
    const { exit, stderr, events } = await replay(scenario)
    expect(exit, stderr).toBe(scenario.exit)
    expect(comparable(scenario, events)).toEqual(comparable(scenario, scenario.events))
  })
})
