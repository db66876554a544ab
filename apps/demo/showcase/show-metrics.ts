import type { ReceivedMetricPoint } from '@codex/otlp-receiver'

const SHOWN = 3

/** Prints one line for each metric: the sum of its points, and the tag by which they differ. */
export function showMetrics(points: readonly ReceivedMetricPoint[], say: (text: string) => void): void {
  const names = [...new Set(points.map(({ name }) => name))].sort()
  for (const name of names) {
    const ofName = points.filter(point => point.name === name)
    say(`  ${name.padEnd(38)} ${total(ofName)}${differenceOf(ofName)}`)
  }
}

function total(points: readonly ReceivedMetricPoint[]): string {
  let count = 0
  let sum = 0
  for (const point of points) {
    if (point.kind === 'sum') count += Number(point.value)
    if (point.kind === 'histogram') {
      count += point.count
      sum += point.sum ?? 0
    }
  }
  const [first] = points
  if (first?.kind !== 'histogram') return String(count)
  return `${count} value${count === 1 ? '' : 's'}, ${sum}${first.unit === '' ? '' : ` ${first.unit}`} in all`
}

/** The first tag that differs between the points, with its values. */
function differenceOf(points: readonly ReceivedMetricPoint[]): string {
  const valuesOf = (key: string): string[] => [...new Set(points.map(point => String(point.attributes[key]?.value)))]
  const key = Object.keys(points[0]?.attributes ?? {}).find(tag => valuesOf(tag).length > 1)
  if (key === undefined) return ''
  const values = valuesOf(key)
  const more = values.length > SHOWN ? `, ${values.length - SHOWN} more` : ''
  return `  by ${key}: ${values.slice(0, SHOWN).join(', ')}${more}`
}
