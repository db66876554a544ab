import { useState } from 'preact/hooks'
import { type Bucket, bucketName } from './buckets.ts'
import { type Measure, Readout } from './readout.tsx'
import { niceCeiling } from './scale.ts'

interface StackedBarsProps {
  buckets: readonly Bucket[]
  /** From the bottom of each bar to its top. */
  measures: readonly (Measure & { values: readonly number[] })[]
  /** Of the axis. */
  format(value: number): string
  /** What is behind a bar. */
  hrefOf(bucket: Bucket): string
}

/** Bars of a period's pieces, each a link to what is behind it. The table beside it has the same for those who cannot see. */
export function StackedBars({ buckets, measures, format, hrefOf }: StackedBarsProps) {
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const sums = buckets.map((_, index) => measures.reduce((sum, { values }) => sum + (values[index] ?? 0), 0))
  const top = niceCeiling(Math.max(...sums, 0))
  const at = pointed === undefined ? undefined : buckets[pointed]
  const values = measures.map(measure =>
    pointed === undefined ? measure.values.reduce((a, b) => a + b, 0) : (measure.values[pointed] ?? 0),
  )
  return (
    <div class="chart">
      <Readout measures={measures} values={values} where={at ? bucketName(at) : 'in all'} />
      <div class="plot">
        <div class="axis-y" aria-hidden="true">
          <span>{format(top)}</span>
          <span>{format(top / 2)}</span>
          <span>0</span>
        </div>
        <div class="bars" aria-hidden="true" onMouseLeave={() => setPointed(undefined)}>
          {buckets.map((bucket, index) => (
            <a
              key={bucket.from}
              href={hrefOf(bucket)}
              tabIndex={-1}
              class={index === pointed ? 'bar pointed' : 'bar'}
              onMouseEnter={() => setPointed(index)}
            >
              {measures.map(({ name, colour, values: own }) => {
                const share = ((own[index] ?? 0) / top) * 100
                return share > 0 ? <span key={name} class={colour} style={{ height: `${share}%` }} /> : null
              })}
            </a>
          ))}
        </div>
      </div>
      <AxisOfTime buckets={buckets} />
    </div>
  )
}

function AxisOfTime({ buckets }: { buckets: readonly Bucket[] }) {
  const [first, last] = [buckets[0], buckets.at(-1)]
  const middle = buckets[Math.floor(buckets.length / 2)]
  return (
    <div class="axis-x" aria-hidden="true">
      {first ? <span>{bucketName(first)}</span> : null}
      {middle && buckets.length > 4 ? <span>{bucketName(middle)}</span> : null}
      {last && buckets.length > 1 ? <span>{bucketName(last)}</span> : null}
    </div>
  )
}
