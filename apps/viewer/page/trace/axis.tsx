import { ticksOf } from '../charts/scale.ts'
import { fineDuration } from './fine-duration.ts'
import type { Range } from './range.ts'

const MOST = 5

/** The time from the beginning of what is shown, above the bars. */
export function Axis({ range }: { range: Range }) {
  const length = range.to - range.from
  const ticks = ticksOf(length, MOST)
  const percent = (time: number): string => `${(100 * time) / length}%`
  const step = percent(ticks[1] ?? length)
  return (
    <div role="row" class="span-line head">
      <span role="columnheader">span</span>
      <span role="columnheader" class="number">
        took
      </span>
      <span role="columnheader" class="axis">
        <span class="hidden">when</span>
        {ticks.map(tick => (
          <span
            key={tick}
            class="tick"
            style={{ left: percent(tick), maxWidth: percent(length - tick), '--step': step }}
            aria-hidden="true"
          >
            {fineDuration(tick)}
          </span>
        ))}
      </span>
    </div>
  )
}
