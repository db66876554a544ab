import { useState } from 'preact/hooks'
import { type Bucket, bucketName } from './buckets.ts'
import { linePaths } from './lines.ts'
import { Plot } from './plot.tsx'
import { type Measure, Readout } from './readout.tsx'
import { axisEnd } from './scale.ts'

interface TimeSeriesProps {
  buckets: readonly Bucket[]
  measures: readonly (Measure & { values: readonly (number | null)[] })[]
  /** Of the period, where the pointer is nowhere. */
  totals: readonly (number | null)[]
  format(value: number): string
  /** The upper end of the axis, where it is always the same. */
  top?: number
  hrefOf(bucket: Bucket): string
}

/** Lines over time. */
export function TimeSeries({ buckets, measures, totals, format, top, hrefOf }: TimeSeriesProps) {
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const highest = Math.max(0, ...measures.flatMap(({ values }) => values.map(value => value ?? 0)))
  const end = top ?? axisEnd(highest)
  const at = pointed === undefined ? undefined : buckets[pointed]
  const values = pointed === undefined ? totals : measures.map(measure => measure.values[pointed] ?? null)
  return (
    <>
      <Readout measures={measures} values={values} where={at ? bucketName(at) : 'in all'} />
      <Plot buckets={buckets} top={end} format={format} pointed={pointed} onPoint={setPointed} hrefOf={hrefOf}>
        <svg class="lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {measures.map(({ name, colour, values: own }) => {
            const { line, dots } = linePaths(own, end)
            return (
              <g key={name} class={`line-${colour}`}>
                <path d={line} />
                <path class="dots" d={dots} />
              </g>
            )
          })}
        </svg>
      </Plot>
    </>
  )
}
