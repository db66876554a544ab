import type { ComponentChildren } from 'preact'
import type { QueryName } from '../../src/queries/queries.ts'
import { Details } from '../shell/shown.tsx'
import { CopyQuery, type QueryValues } from './copy-query.tsx'
import { numbers, TableHead } from './table-head.tsx'

/** Rows of a table: a text, or a link to what is behind it. */
export type Cell = string | number | { text: string; href: string }

export interface TableData {
  head: readonly string[]
  rows: readonly (readonly Cell[])[]
}

interface CardProps {
  title: string
  /** What it says in one sentence. */
  note?: ComponentChildren
  question?: { name: QueryName; values: QueryValues }
  /** What the chart shows, for those who cannot see it or want the numbers. */
  table?: () => TableData
  wide?: boolean
  error?: string | undefined
  children: ComponentChildren
}

/** What goes beyond its box is reached with the arrow keys. */
const scrolledByKeys = (label: string) => ({ tabIndex: 0, role: 'region', 'aria-label': label }) as const

/** A part of the screen with one question's answer. */
export function Card({ title, note, question, table, wide, error, children }: CardProps) {
  return (
    <section class={wide ? 'card wide' : 'card'} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {question ? <CopyQuery name={question.name} values={question.values} /> : null}
        {note === undefined ? null : <p class="muted">{note}</p>}
      </header>
      {error === undefined ? children : <p class="bad">{error}</p>}
      {table && error === undefined ? (
        <Details name={nameOf(title)} summary="as a table">
          <Table title={title} table={table} />
        </Details>
      ) : null}
    </section>
  )
}

/** The name of a card's table in the address. */
const nameOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-')

const Table = ({ title, table }: { title: string; table: () => TableData }) => (
  <div class="scrolls" {...scrolledByKeys(`${title}, as a table`)}>
    <DataTable {...table()} />
  </div>
)

/** A table whose columns after the first are numbers. */
function DataTable({ head, rows }: TableData) {
  return (
    <table class="data">
      <TableHead columns={[...head.slice(0, 1), ...numbers(...head.slice(1))]} />
      <tbody>
        {rows.map((cells, row) => (
          <tr key={row}>
            {cells.map((cell, index) =>
              index === 0 ? (
                <th key={index} scope="row">
                  <CellView cell={cell} />
                </th>
              ) : (
                <td key={index} class="number">
                  <CellView cell={cell} />
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const CellView = ({ cell }: { cell: Cell }) => (typeof cell === 'object' ? <a href={cell.href}>{cell.text}</a> : cell)
