import { cpus, type } from 'node:os'
import type { Section } from './part.ts'

/** The results page; `load` is what the machine was doing besides, before the run: processes that wanted to run. */
export function renderPage(sections: readonly Section[], date: Date, load: number): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${[
    '# Benchmarks',
    '<!-- Written by `npm run bench`; changes by hand are lost. -->',
    `Measured on ${date.toISOString().slice(0, 10)}: ${cpus().length} cores (${processor}), ${type()}, ` +
      `Node ${process.version.slice(1)}, load average before the run ${load.toFixed(1)}. To run them again: \`npm run bench\`; one part alone: \`npm run bench -- NAME\`.`,
    'Every contender runs in a fresh process and the receiver in another one. The rounds take turns, and medians are ' +
      'reported; where two contenders are compared, it is the median over the rounds.',
    '## What is required',
    renderTable(
      ['requirement', 'required', 'measured', 'holds'],
      sections.flatMap(({ requirements }) =>
        requirements.map(({ what, required, measured, holds }) => [what, required, measured, holds ? 'yes' : '**no**']),
      ),
    ),
    ...sections.map(renderSection),
  ].join('\n\n')}\n`
}

export const renderSection = ({ title, text, columns, rows }: Section): string =>
  [`## ${title}`, text, renderTable(columns, rows)].join('\n\n')

/** A Markdown table whose columns line up, so that it can be read in a terminal too. */
export function renderTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [columns, ...rows]
  const widths = columns.map((_, index) => Math.max(3, ...all.map(row => (row[index] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`
  return [line(columns), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
