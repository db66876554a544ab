import { expect, it } from 'vitest'
import { refusalOf } from '../../benchmarks/harness/machine.ts'
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
        tables: [{ columns: ['contender', 'time'], rows: [['codex-otel', '2.00 ms']] }],
        requirements: [
          { ...requirement, what: 'the start', holds: false },
          { ...requirement, what: 'the end', holds: true },
        ],
      },
    ],
    new Date(0),
    { load: 0.4, description: 'a machine' },
  )
  expect(requirementsOf(page).map(({ requirement, holds }) => [requirement, holds])).toEqual([
    ['the start', '**no**: the worker starts first.'],
    ['the end', 'yes'],
  ])
  expect(page).toContain(
    '- **does not hold**: the start: at most 1 ms; measured: 2.00 ms\n- holds: the end: at most 1 ms; measured: 2.00 ms\n',
  )
})

it('the benchmark program refuses to write figures of a machine that has other work', () => {
  const machine = { description: 'a machine' }
  expect(refusalOf({ ...machine, load: 1.5 })).toBeUndefined()
  expect(refusalOf({ ...machine, load: 1.6 })).toContain('its load average is 1.6')
  expect(refusalOf({ ...machine, load: 1.6 })).toContain('npm run bench -- --print')
})

it('docs/benchmarks.md gives a reason for each requirement that does not hold', () => {
  const rows = requirementsOf(readPage('docs/benchmarks.md'))
  expect(rows.length).toBeGreaterThan(15)
  expect(rows.filter(({ holds }) => !/^(yes|\*\*no\*\*: .{20,}\.)$/.test(holds ?? ''))).toEqual([])
})
