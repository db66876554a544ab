const DURATIONS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const SIZES: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 }

/** Milliseconds of `90s`, `12h`, `30d`; `undefined` for anything else. */
export const readDuration = (text: string): number | undefined => read(text, DURATIONS)

/** Bytes of `500MB`, `2GB`, `1GiB`; `undefined` for anything else. */
export const readSize = (text: string): number | undefined => read(text, SIZES)

function read(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? []
  const factor = units[unit.toLowerCase()]
  return factor === undefined || Number(number) === 0 ? undefined : Number(number) * factor
}
