/** `number` aligns a column to the right, `rare` leaves it out of a narrow card, `grows` gives it what is left of the width. */
type ColumnClass = 'number' | 'number rare' | 'grows'

/** A column: its name is heard and not seen where it is `hidden`. */
export type Column = string | { name: string; class: ColumnClass; hidden?: boolean }

/** A column of numbers that a narrow card has no room for. */
export const rare = (name: string): Column => ({ name, class: 'number rare' })

/** Columns of numbers. */
export const numbers = (...names: string[]): Column[] => names.map(name => ({ name, class: 'number' }))

/** The head of a table. */
export function TableHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map(column =>
          typeof column === 'string' ? (
            <th key={column} scope="col">
              {column}
            </th>
          ) : (
            <th key={column.name} scope="col" class={column.class}>
              {column.hidden ? <span class="hidden">{column.name}</span> : column.name}
            </th>
          ),
        )}
      </tr>
    </thead>
  )
}
