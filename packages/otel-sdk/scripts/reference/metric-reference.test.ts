import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { histogramKind } from '../../src/catalogue/instrument.ts'
import { METRICS } from '../../src/catalogue/metric-table.ts'
import { EVENT_METRICS } from '../../src/client/metrics/event-metrics.ts'
import { metricReference } from './metric-reference.ts'

const page = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')

describe('docs/metrics.md', () => {
  it('is what the catalogue says; `npm run docs` writes it', () => {
    expect(page).toBe(metricReference())
  })

  it('has every metric', () => {
    for (const name of Object.keys(METRICS)) expect(page).toContain(`| \`${name}\` |`)
  })
})

describe('the catalogue', () => {
  const pairs = Object.values(EVENT_METRICS).flat()

  it('has the tags that the events give', () => {
    for (const { counter, duration, keys } of pairs) {
      for (const name of [counter, duration])
        if (name !== undefined) expect([name, METRICS[name].tags]).toEqual([name, keys])
    }
  })

  it('has the kinds that the events give', () => {
    for (const { counter, duration } of pairs) {
      if (counter !== undefined) expect(METRICS[counter].kind).toBe('counter')
      if (duration !== undefined) expect(METRICS[duration].kind).toBe('duration')
    }
    for (const [name, { kind }] of Object.entries(METRICS))
      if (name.endsWith('_ms')) expect(kind).toBe(histogramKind(name))
  })
})
