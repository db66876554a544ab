export type Row = Readonly<Record<string, unknown>>

/**
 * How far two numbers may be apart, as a part of the larger one: both databases add up floating-point numbers, in orders of their
 * own. Percentiles are exact in both, so that nothing more is granted to them.
 */
export const TOLERANCE = 1e-9

/** Each database has ids of its own: a store those of its rows, ClickHouse the nanosecond of a record. */
const OWN: ReadonlySet<string> = new Set(['event_id'])

/** The first differences of two answers, one a line; none where they are equal. */
export function differences(ofStore: readonly Row[], ofClickhouse: readonly Row[]): string[] {
  const found: string[] = []
  if (ofStore.length !== ofClickhouse.length)
    found.push(`${ofStore.length} rows, and ${ofClickhouse.length} in ClickHouse`)
  const [left, right] = [inOneOrder(ofStore), inOneOrder(ofClickhouse)]
  for (let index = 0; index < Math.min(left.length, right.length) && found.length < MAX_FOUND; index++) {
    const [a, b] = [left[index] as Row, right[index] as Row]
    for (const column of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (!OWN.has(column) && !isEqual(a[column], b[column])) {
        found.push(
          `row ${index}, ${column}: ${JSON.stringify(a[column])}, and ${JSON.stringify(b[column])} in ClickHouse`,
        )
      }
    }
  }
  return found.slice(0, MAX_FOUND)
}

const MAX_FOUND = 5

function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b))
  }
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((value, index) => isEqual(value, b[index]))
  return a === b
}

/** Events of one millisecond are in the order of their ids, which differ; the others stay in the order that they came in. */
function inOneOrder(rows: readonly Row[]): Row[] {
  if (!rows.some(row => 'event_id' in row && 'time_ms' in row)) return [...rows]
  const groups: { time: unknown; rows: { key: string; row: Row }[] }[] = []
  for (const row of rows) {
    if (groups.at(-1)?.time !== row.time_ms) groups.push({ time: row.time_ms, rows: [] })
    groups.at(-1)?.rows.push({ key: keyOf(row), row })
  }
  return groups.flatMap(group => group.rows.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row))
}

const keyOf = (row: Row): string =>
  JSON.stringify(
    Object.entries(row).filter(([column]) => !OWN.has(column)),
    (_, value) =>
      // A number of one event is the same in both but for its last digits.
      typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  )
