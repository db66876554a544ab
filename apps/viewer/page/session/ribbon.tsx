import { duration, percent } from '../text/quantities.ts'
import { PARTS, type Part, type PartName, type PartSums } from './ribbon.ts'

const WIDTH = 1_000
/** Of a part that would be too thin to be seen. */
const LEAST = 1.5

/** Each part has its own height, so that it is told without its colour. */
const SHAPES: Readonly<Record<PartName, readonly (readonly [top: number, bottom: number])[]>> = {
  model: [[0, 16]],
  tools: [[6, 16]],
  you: [
    [0, 4],
    [12, 16],
  ],
  retry: [[10, 12]],
  other: [[14, 16]],
}

const NAMES: Readonly<Record<PartName, string>> = {
  model: 'model',
  tools: 'tools',
  you: 'you',
  retry: 'pause before a retry',
  other: 'other',
}

/** Where the time of a turn went, from left to right. */
export function Ribbon({ parts, from, to }: { parts: readonly Part[]; from: number; to: number }) {
  const scale = WIDTH / Math.max(1, to - from)
  const paths: Record<PartName, string> = { model: '', tools: '', you: '', retry: '', other: '' }
  for (const part of parts) {
    const x = (part.from - from) * scale
    const end = x + Math.max(LEAST, (part.to - part.from) * scale)
    for (const [top, bottom] of SHAPES[part.name])
      paths[part.name] += `M${x.toFixed(1)} ${top}H${end.toFixed(1)}V${bottom}H${x.toFixed(1)}Z`
  }
  return (
    <svg class="ribbon" viewBox={`0 0 ${WIDTH} 16`} preserveAspectRatio="none" aria-hidden="true">
      {PARTS.map(name => (paths[name] === '' ? null : <path key={name} class={`part-${name}`} d={paths[name]} />))}
    </svg>
  )
}

/**
 * The sums of a ribbon in words.
 * @param isAsked whether a person was asked: no time of theirs is known as well
 */
export function PartsInWords({ sums, isAsked = false }: { sums: PartSums; isAsked?: boolean }) {
  const whole = PARTS.reduce((sum, name) => sum + sums[name], 0)
  return (
    <span class="parts">
      {PARTS.filter(name => sums[name] > 0 || (isAsked && name === 'you')).map(name => (
        <span key={name} class="part">
          <svg class="part-swatch" viewBox="0 0 10 16" aria-hidden="true">
            <path
              class={`part-${name}`}
              d={SHAPES[name].map(([top, bottom]) => `M0 ${top}H10V${bottom}H0Z`).join('')}
            />
          </svg>
          {NAMES[name]} <b>{duration(sums[name])}</b> <span class="muted">{percent(sums[name], whole)}</span>
        </span>
      ))}
    </span>
  )
}
