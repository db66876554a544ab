import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import { theme } from '../shell/theme.ts'
import { type Bucket, bucketName } from './buckets.ts'
import { type Measure, Readout } from './readout.tsx'

interface TimeSeriesProps {
  buckets: readonly Bucket[]
  measures: readonly (Measure & { values: readonly (number | null)[] })[]
  /** Of the period, where the pointer is nowhere. */
  totals: readonly (number | null)[]
  format(value: number): string
  /** The upper end of the axis, where it is always the same. */
  top?: number
  hrefOf(bucket: Bucket): string
  go(path: string): void
}

const HEIGHT = 130
const dark = window.matchMedia('(prefers-color-scheme: dark)')

/** Lines over time, on a canvas. */
export function TimeSeries({ buckets, measures, totals, format, top, hrefOf, go }: TimeSeriesProps) {
  const box = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const [isDark, setIsDark] = useState(dark.matches)
  useEffect(() => {
    const follow = (): void => setIsDark(dark.matches)
    dark.addEventListener('change', follow)
    return () => dark.removeEventListener('change', follow)
  }, [])
  const opened = useRef<(index: number) => void>(() => {})
  opened.current = index => {
    const bucket = buckets[index]
    if (bucket) go(hrefOf(bucket))
  }

  const data = JSON.stringify([buckets.map(({ from }) => from / 1_000), ...measures.map(({ values }) => values)])
  const look = `${theme.value} ${isDark}`
  useEffect(() => {
    const element = box.current
    if (!element) return
    const colourOf = (name: string): string => getComputedStyle(element).getPropertyValue(name).trim()
    const [text, line] = [resolved(element, 'var(--muted)'), resolved(element, 'var(--line)')]
    const font = `12px ${colourOf('--sans')}`
    const axis = { stroke: text, font, ticks: { show: false }, grid: { stroke: line, width: 1 } }
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { y: { range: (_, __, max) => [0, top ?? (max > 0 ? max * 1.08 : 1)] } },
        axes: [
          {
            ...axis,
            size: 30,
            gap: 8,
            values: (_, splits, __, ___, increment) => splits.map(at => tickName(at, increment)),
          },
          { ...axis, size: 52, gap: 4, space: 36, values: (_, splits) => splits.map(format) },
        ],
        series: [
          {},
          ...measures.map(({ name, colour }) => ({
            label: name,
            stroke: resolved(element, `var(--${colour})`),
            width: 2,
            spanGaps: false,
            points: { show: buckets.length < 40, size: 4 },
          })),
        ],
        hooks: { setCursor: [({ cursor }) => setPointed(cursor.idx ?? undefined)] },
      },
      JSON.parse(data) as uPlot.AlignedData,
      element,
    )
    plot.over.addEventListener('click', () => {
      if (plot.cursor.idx !== null && plot.cursor.idx !== undefined) opened.current(plot.cursor.idx)
    })
    const sizes = new ResizeObserver(() => plot.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }))
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      plot.destroy()
    }
  }, [data, look, top])

  const at = pointed === undefined ? undefined : buckets[pointed]
  const values = at && pointed !== undefined ? measures.map(measure => measure.values[pointed] ?? null) : totals
  return (
    <div class="chart">
      <Readout measures={measures} values={values} where={at ? bucketName(at) : 'in all'} />
      <div class="lines" ref={box} aria-hidden="true" />
    </div>
  )
}

/** A colour that a canvas understands: it knows no variables. */
function resolved(element: HTMLElement, colour: string): string {
  const probe = document.createElement('span')
  probe.style.color = colour
  element.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

const DAY_S = 86_400

function tickName(atSeconds: number, increment: number): string {
  const date = new Date(atSeconds * 1_000)
  const day = `${date.getMonth() + 1}-${String(date.getDate()).padStart(2, '0')}`
  if (increment >= DAY_S) return day
  const time = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
  return time === '00:00' ? day : time
}
