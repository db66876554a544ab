import type { ComponentChildren } from 'preact'
import { type Bucket, bucketName } from './buckets.ts'

interface PlotProps {
  buckets: readonly Bucket[]
  /** The upper end of the axis; the lower one is 0. */
  top: number
  format(value: number): string
  /** The bucket under the pointer. */
  pointed: number | undefined
  onPoint(index: number | undefined): void
  /** What is behind a bucket. */
  hrefOf(bucket: Bucket): string
  /** What is drawn of one bucket, from the bottom on. */
  column?(index: number): ComponentChildren
  /** What is drawn below the columns. */
  children?: ComponentChildren
}

/** Axes with a column for each bucket, which is a link to what is behind it. A table beside it has the same to be read. */
export function Plot({ buckets, top, format, pointed, onPoint, hrefOf, column, children }: PlotProps) {
  const [first, last] = [buckets[0], buckets.at(-1)]
  const middle = buckets[Math.floor(buckets.length / 2)]
  return (
    <div aria-hidden="true">
      <div class="plot">
        <div class="axis-y">
          <span>{format(top)}</span>
          <span>{format(top / 2)}</span>
          <span>{format(0)}</span>
        </div>
        <div class="columns">
          {children}
          {buckets.map((bucket, index) => (
            <a
              key={bucket.from}
              href={hrefOf(bucket)}
              tabIndex={-1}
              class={index === pointed ? 'column pointed' : 'column'}
              onMouseEnter={() => onPoint(index)}
              onMouseLeave={() => onPoint(undefined)}
            >
              {column?.(index)}
            </a>
          ))}
        </div>
      </div>
      <div class="axis-x">
        {first ? <span>{bucketName(first)}</span> : null}
        {middle && buckets.length > 4 ? <span>{bucketName(middle)}</span> : null}
        {last && buckets.length > 1 ? <span>{bucketName(last)}</span> : null}
      </div>
    </div>
  )
}
