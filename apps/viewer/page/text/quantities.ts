const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
export const DAY: number = 24 * HOUR

/** Stands for what is not known. */
const UNKNOWN = '-'

/** A number of things in at most six characters: `999`, `12.3 k`, `4.56 M`, `7.89 G`. */
export function amount(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN
  if (value < 999.5) return String(Math.round(value))
  let rest = value
  for (const unit of ['k', 'M', 'G']) {
    rest /= 1_000
    if (rest < 999.5) return `${rest.toPrecision(3)} ${unit}`
  }
  return rest < 999_500 ? `${Math.round(rest / 1_000)} T` : '>999 T'
}

/** `12 ms`, `3.4 s`, `2 m 10 s`, `1 h 5 m`, `3 d 4 h`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return UNKNOWN
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / SECOND).toFixed(1)} s`
  if (ms < HOUR - SECOND / 2) return two(ms, MINUTE, 'm', SECOND, 's')
  if (ms < DAY - MINUTE / 2) return two(ms, HOUR, 'h', MINUTE, 'm')
  return two(ms, DAY, 'd', HOUR, 'h')
}

function two(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const smalls = Math.round(ms / small)
  const ratio = large / small
  return `${Math.floor(smalls / ratio)} ${largeName} ${smalls % ratio} ${smallName}`
}

/** How long ago, to be read and counted on: `0:42`, `1:03:20`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  const rest = `${String(seconds % 60).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** Local time, `14:03:07`. */
export function clock(ms: number): string {
  const date = new Date(ms)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** Local time with its milliseconds. */
export const exactClock = (ms: number): string => `${clock(ms)}.${pad(Math.floor(ms) % SECOND, 3)}`

/** Local date, `2026-11-22`. */
export function day(ms: number): string {
  const date = new Date(ms)
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** When something was, as short as it is clear: today the time alone, before that the day too. */
export function when(ms: number, now: number): string {
  const time = clock(ms).slice(0, 5)
  if (day(ms) === day(now)) return time
  return day(ms).slice(0, 4) === day(now).slice(0, 4) ? `${day(ms).slice(5)} ${time}` : day(ms)
}

/** The first millisecond of the local day. */
export function startOfDay(ms: number): number {
  const date = new Date(ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

/** `1.2 GB`, as the command line takes sizes. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`
}

/** `1 prompt`, `2 prompts`. */
export const counted = (
  count: number,
  noun: string,
  plural: string = `${noun}s`,
  written: (count: number) => string = amount,
): string => `${written(count)} ${count === 1 ? noun : plural}`

/** `88 %`; `-` of nothing. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? UNKNOWN : `${Math.round((100 * part) / whole)} %`
