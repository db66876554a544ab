import { expect, it } from 'vitest'
import type { TimelineRow } from '../../src/queries/timeline.ts'
import { runsOf } from './stream-parts.tsx'

const part = (event_kind: string | null, time_ms: number): TimelineRow => ({ event_kind, time_ms }) as TimelineRow

it('parts of one kind that follow each other are counted together', () => {
  expect(runsOf([part('a', 1), part('b', 2), part('b', 5), part('b', 9), part(null, 10), part('b', 11)])).toEqual([
    { kind: 'a', count: 1, from: 1, to: 1 },
    { kind: 'b', count: 3, from: 2, to: 9 },
    { kind: 'unknown', count: 1, from: 10, to: 10 },
    { kind: 'b', count: 1, from: 11, to: 11 },
  ])
  expect(runsOf([])).toEqual([])
})
