import { logPlace } from './scale.ts'

interface SpreadProps {
  /** The 50th, 95th and 99th percentile. */
  quantiles: readonly (number | null)[]
  /** The ends of the scale, the same for all that are compared. */
  low: number
  high: number
}

/** From the 50th to the 99th percentile on a scale of powers, with a mark at the 95th. The numbers stand beside it. */
export function Spread({ quantiles: [half, most, nearly], low, high }: SpreadProps) {
  if (typeof half !== 'number' || typeof most !== 'number' || typeof nearly !== 'number') return null
  const place = (value: number): number => 100 * logPlace(value, low * 0.7, high)
  return (
    <span class="track" aria-hidden="true">
      <span class="c-2" style={{ left: `${place(half)}%`, width: `${Math.max(0.8, place(nearly) - place(half))}%` }} />
      <span class="c-1" style={{ left: `${place(half)}%`, width: `${Math.max(0.8, place(most) - place(half))}%` }} />
      <span class="tick" style={{ left: `calc(${place(half)}% - 1px)` }} />
    </span>
  )
}
