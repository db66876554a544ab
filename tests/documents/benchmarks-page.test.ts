import { expect, it } from 'vitest'
import { renderPage } from '../../benchmarks/harness/report.ts'
import { readPage, readTable, sectionOf } from './page-tables.ts'

const requirementsOf = (page: string): Record<string, string>[] => readTable(sectionOf(page, 'What is required'))

it('the benchmark program writes the reason beside each requirement that does not hold', () => {
  const requirement = { required: 'at most 1 ms', measured: '2.00 ms', otherwise: 'the worker starts first.' }
  const page = renderPage(
    [
      {
        title: 'A part',
        text: 'How it is measured.',
        columns: ['contender', 'time'],
        rows: [['codex-otel', '2.00 ms']],
        requirements: [
          { ...requirement, what: 'the start', holds: false },
          { ...requirement, what: 'the end', holds: true },
        ],
      },
    ],
    new Date(0),
    0,
  )
  expect(requirementsOf(page).map(({ requirement, holds }) => [requirement, holds])).toEqual([
    ['the start', '**no**: the worker starts first.'],
    ['the end', 'yes'],
  ])
})

it('docs/benchmarks.md gives a reason for each requirement that does not hold', () => {
  const rows = requirementsOf(readPage('docs/benchmarks.md'))
  expect(rows.length).toBeGreaterThan(15)
  expect(rows.filter(({ holds }) => !/^(yes|\*\*no\*\*: .{20,}\.)$/.test(holds ?? ''))).toEqual([])
})
