import { ticksOf } from '../charts/scale.ts'
import { fineDuration } from './fine-duration.ts'
import type { Range } from './range.ts'

const MOST = 5
/** The part of the length up to which there is room for a label. */
const LABEL = 0.9

/** The time from the beginning of what is shown, above the bars. */
export function Axis({ range }: { range: Range }) {
  const length = range.to - range.from
  return (
    <div role="row" class="span-line head">
      <span role="columnheader">span</span>
      <span role="columnheader" class="number">
        took
      </span>
      <span role="columnheader" class="axis">
        <span class="hidden">when</span>
        {ticksOf(length, MOST).map(tick => (
          <span key={tick} class="tick" style={{ left: `${(100 * tick) / length}%` }} aria-hidden="true">
            {tick / length <= LABEL ? fineDuration(tick) : null}
          </span>
        ))}
      </span>
    </div>
  )
}
