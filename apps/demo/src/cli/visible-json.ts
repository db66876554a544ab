import { visibleText } from '../telemetry.ts'

/** JSON in which JSON's own escapes stand for what a person would not see: for a program it says the same. */
export function visibleJson(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(/[^\n\x20-\x7e]/gu, char =>
    visibleText(char) === char ? char : escaped(char),
  )
}

const escaped = (char: string): string =>
  Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
