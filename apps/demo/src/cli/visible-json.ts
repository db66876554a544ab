import { visibleText } from '../telemetry.ts'

/** JSON in which characters that a person would not see are escaped; programs read the same value. */
export function visibleJson(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(/[^\n\x20-\x7e]/gu, char =>
    visibleText(char) === char ? char : escaped(char),
  )
}

const escaped = (char: string): string =>
  Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
