import { useState } from 'preact/hooks'
import { type Bucket, bucketName } from './buckets.ts'
import { Plot } from './plot.tsx'
import { type Measure, Readout } from './readout.tsx'
import { axisEnd } from './scale.ts'

interface StackedBarsProps {
  buckets: readonly Bucket[]
  /** From the bottom of each bar to its top. */
  measures: readonly (Measure & { values: readonly number[] })[]
  /** Of the axis. */
  format(value: number): string
  hrefOf(bucket: Bucket): string
}

/** Amounts over time, what belongs together on top of each other. */
export function StackedBars({ buckets, measures, format, hrefOf }: StackedBarsProps) {
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const sums = buckets.map((_, index) => measures.reduce((sum, { values }) => sum + (values[index] ?? 0), 0))
  const top = axisEnd(Math.max(...sums, 0))
  const at = pointed === undefined ? undefined : buckets[pointed]
  const values = measures.map(measure =>
    pointed === undefined ? measure.values.reduce((a, b) => a + b, 0) : (measure.values[pointed] ?? 0),
  )
  const column = (index: number) =>
    measures.map(({ name, colour, values: own }) => {
      const share = ((own[index] ?? 0) / top) * 100
      return share > 0 ? <span key={name} class={colour} style={{ height: `${share}%` }} /> : null
    })
  return (
    <>
      <Readout measures={measures} values={values} where={at ? bucketName(at) : 'in all'} />
      <Plot
        buckets={buckets}
        top={top}
        format={format}
        pointed={pointed}
        onPoint={setPointed}
        hrefOf={hrefOf}
        column={column}
      />
    </>
  )
}
