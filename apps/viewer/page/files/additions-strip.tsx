import type { RefusedPart } from '../../src/files/import-report.ts'
import { Line } from '../text/text.tsx'
import { plainText } from '../text/visible.ts'
import { type Addition, additions, dismiss } from './additions.ts'
import { progressText, reportText } from './in-words.ts'

/** The files that are added, with their progress and what came of them. */
export function AdditionsStrip() {
  if (additions.value.length === 0) return null
  const over = additions.value.filter(({ step }) => step === 'ended').reverse()
  const shown = [...additions.value.filter(({ step }) => step !== 'ended'), ...over]
  return (
    <section class="additions" aria-label="Files that are added">
      <ul>
        {shown.map(addition => (
          <Row key={addition.key} addition={addition} />
        ))}
      </ul>
      {over.length > 1 ? (
        <button type="button" class="plain" onClick={() => over.forEach(dismiss)}>
          close all {over.length}
        </button>
      ) : null}
    </section>
  )
}

function Row({ addition }: { addition: Addition }) {
  const { name, bytes, state, step, error } = addition
  const report = state?.report
  const isOver = step === 'ended'
  const isBad = error !== undefined || (report?.refusedParts ?? 0) > 0
  return (
    <li>
      <p>
        <b class="mono">
          <Line value={name} field="error" />
        </b>
        {isOver ? null : (
          <progress aria-label={`${plainText(name)}, read`} max={Math.max(1, bytes)} value={state?.read ?? 0} />
        )}
        {isOver ? (
          <span role="status" class={isBad ? 'warn' : 'good'}>
            {isBad ? '✕ ' : '✓ '}
            {error ?? (report ? reportText(report) : '')}
          </span>
        ) : (
          <span class="muted">{progressText(addition)}</span>
        )}
        <button
          type="button"
          class="plain"
          aria-label={`${isOver ? 'close' : 'cancel'} ${plainText(name)}`}
          onClick={() => dismiss(addition)}
        >
          {isOver ? 'close' : 'cancel'}
        </button>
      </p>
      {report?.refused.map((refused, index) => (
        <Refused key={index} refused={refused} />
      ))}
    </li>
  )
}

function Refused({ refused: { line, reason, cure } }: { refused: RefusedPart }) {
  return (
    <p class="refused-part">
      {line === undefined ? '' : <span class="mono">line {line}: </span>}
      <Line value={reason} field="error" />
      {cure === undefined ? null : <span class="cure"> → {cure}</span>}
    </p>
  )
}
