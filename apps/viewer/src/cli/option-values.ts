import { InvalidArgumentError } from 'commander'
import { readDuration, readSize } from './read-quantities.ts'

/** @throws InvalidArgumentError that says how it is written, as the others here */
export const readDurationOption = (text: string): number =>
  quantity(readDuration(text), 'Write a time with its unit, such as 12h or 30d.')

export const readSizeOption = (text: string): number =>
  quantity(readSize(text), 'Write a size with its unit, such as 500MB or 2GB.')

function quantity(value: number | undefined, advice: string): number {
  if (value === undefined) throw new InvalidArgumentError(advice)
  return value
}

export function readPort(text: string): number {
  const number = wholeNumber(text)
  if (!(number <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return number
}

/** One more origin. */
export function readOrigin(text: string, before: readonly string[]): string[] {
  const { origin } = URL.parse(text) ?? {}
  if (origin === undefined || origin === 'null' || origin !== text.toLowerCase()) {
    throw new InvalidArgumentError('An origin is a scheme with a host, and nothing behind it: https://app.example.com.')
  }
  return [...before, origin]
}

export function readCount(text: string): number {
  const number = wholeNumber(text)
  if (!(number > 0)) throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}

/** The number of digits alone; `NaN` for anything else, such as `1e3`. */
const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN)
