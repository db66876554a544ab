import type { Machine } from './machine.ts'
import type { Requirement, Section } from './part.ts'

/** The results page. */
export function renderPage(sections: readonly Section[], date: Date, machine: Machine): string {
  return `${[
    '# Benchmarks',
    '<!-- Written by `npm run bench`; changes by hand are lost. -->',
    `Measured on ${date.toISOString().slice(0, 10)}: ${machine.description}. To run them again: \`npm run bench\`; one part alone: \`npm run bench -- NAME\`.`,
    'Every contender runs in a fresh process and the receiver in another one. The rounds take turns, and medians are ' +
      'reported; where two contenders are compared, it is the median over the rounds.',
    '## What is required',
    renderRequirements(sections.flatMap(({ requirements }) => requirements)),
    ...sections.map(renderSection),
  ].join('\n\n')}\n`
}

/** A section with its tables, and below them a line for each of its rules. */
export const renderSection = ({ title, text, tables, requirements }: Section): string =>
  [
    `## ${title}`,
    text,
    ...tables.flatMap(({ text, columns, rows }) => [...(text === undefined ? [] : [text]), renderTable(columns, rows)]),
    ...(requirements.length === 0 ? [] : [requirements.map(renderRule).join('\n')]),
  ].join('\n\n')

const renderRule = ({ what, required, measured, holds }: Requirement): string =>
  `- ${holds ? 'holds' : '**does not hold**'}: ${what}: ${required}; measured: ${measured}`

/** The requirements and whether each holds; one that does not is followed by its reason. */
export const renderRequirements = (requirements: readonly Requirement[]): string =>
  renderTable(
    ['requirement', 'required', 'measured', 'holds'],
    requirements.map(({ what, required, measured, holds, otherwise }) => [
      what,
      required,
      measured,
      holds ? 'yes' : `**no**: ${otherwise}`,
    ]),
  )

/** Longer cells of the last column, in characters, do not widen it. */
const LAST_COLUMN = 60

/** A Markdown table whose columns line up, so that a terminal shows it well too. A long text stands out of the last column. */
function renderTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [columns, ...rows]
  const widths = columns.map((_, index) => {
    const lengths = all.map(row => (row[index] ?? '').length)
    return Math.max(3, ...(index < columns.length - 1 ? lengths : lengths.filter(length => length <= LAST_COLUMN)))
  })
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`
  return [line(columns), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
