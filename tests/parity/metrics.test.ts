import { describe, expect, it } from 'vitest'
import { METRIC_FACTS } from './differs-by-nature.ts'
import { addUp, capturedFacts, expectedOf, FORMS, factsOf, formOf, tokensOf } from './metric-facts.ts'
import { replay } from './replay.ts'
import { loadScenarios } from './scenario.ts'

describe('the demo measures what the captured program measured', () => {
  it.each(loadScenarios())('in $name', async scenario => {
    const { stderr, events, metrics } = await replay(scenario)
    expect(metrics.length, stderr).toBeGreaterThan(0)

    // The same metrics, in the same form.
    for (const point of metrics) {
      const { ownTags, sessionTags, ...form } = formOf(point)
      expect({ name: point.name, ...form, ownTags, sessionTags }).toEqual({ name: point.name, ...FORMS[point.name] })
      expect(point.attributes.auth_mode?.value).toEqual(
        point.name === 'codex.process.start' ? undefined : scenario.events[0]?.attributes.auth_mode?.split(':')[1],
      )
    }

    // The same points, where they do not depend on time.
    const differs = METRIC_FACTS.filter(({ scenarios }) => scenario.name.startsWith(scenarios))
    const comparable = (facts: string[]): string[] =>
      facts
        .map(fact => differs.reduce((text, { captured, ours }) => text.replace(captured, ours), fact))
        .filter(fact => !fact.startsWith('codex.startup.phase'))
        .sort()
    const missing = differs.flatMap(({ missing = [] }) => missing)
    expect(comparable(factsOf(metrics))).toEqual(comparable([...capturedFacts(scenario.name), ...missing]))

    // The events and the metrics of one run tell the same story.
    const measured = addUp(metrics)
    for (const [key, { count, sum }] of expectedOf(events)) {
      expect({ key, ...measured.get(key) }).toEqual({ key, count, sum })
    }
    const tokens = Object.keys(tokensOf(events)).map(type => [
      type,
      measured.get(`codex.turn.token_usage{token_type=${type}}`)?.sum,
    ])
    expect(Object.fromEntries(tokens)).toEqual(tokensOf(events))
    const toolResults = events.filter(({ name }) => name === 'codex.tool_result').length
    expect(measured.get('codex.turn.tool.call{}')?.sum).toBe(toolResults)
  })
})
