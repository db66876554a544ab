/** A number with as many digits as it deserves. */
export function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 10 ? 1 : 2)
}

export const microseconds = (value: number): string => `${digits(value)} us`
export const milliseconds = (value: number): string => `${digits(value)} ms`
export const nanoseconds = (value: number): string => `${digits(value)} ns`
export const megabytes = (bytes: number): string => `${digits(bytes / 1e6)} MB`
export const kilobytes = (bytes: number): string => `${digits(bytes / 1e3)} kB`
export const times = (ratio: number): string => `${ratio.toFixed(2)} times`

/** A share, never rounded up to all. */
export function percent(part: number, whole: number): string {
  if (part === whole) return '100 %'
  return `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`
}
