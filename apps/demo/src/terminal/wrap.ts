import { widthOf } from './rows.ts'

const widthOfText = (text: string): number => Array.from(text).reduce((sum, character) => sum + widthOf(character), 0)

/**
 * Breaks a text at its spaces into rows of at most `columns`. The parts of a list are not broken. A longer word has a row of
 * its own, which the terminal breaks: a path or a URL stays one word when it is copied.
 */
export function wrapWords(text: string | readonly string[], columns: number): string[] {
  const rows: string[] = []
  const words = typeof text === 'string' ? text.split(' ') : text
  let width = 0
  for (const word of words) {
    const added = widthOfText(word)
    // Of several spaces none goes to the next row.
    if (rows.length > 0 && (word === '' || width + 1 + added <= columns)) {
      rows[rows.length - 1] += ` ${word}`
      width += 1 + added
    } else {
      rows.push(word)
      width = added
    }
  }
  return rows.map(row => row.trimEnd())
}

/** Wraps a text that arrives in parts, as `wrapWords` does; a word is written once it is complete. */
export interface WordStream {
  write(text: string): void
  /** Writes the last word. Returns whether the row has text, so that it needs an end. */
  end(): boolean
}

export function createWordStream(write: (text: string) => void, columns: number): WordStream {
  let column = 0
  let gap = ''
  let word = ''
  const complete = (): string => {
    if (word === '') return ''
    const width = widthOfText(word)
    const breaks = column > 0 && column + gap.length + width > columns
    const written = (breaks ? '\n' : gap) + word
    column = (breaks ? 0 : column + gap.length) + width
    gap = ''
    word = ''
    return written
  }
  return {
    write(text) {
      let written = ''
      for (const part of text.match(/[^\n ]+|\n| +/g) ?? []) {
        if (part === '\n') {
          written += `${complete()}\n`
          column = 0
          gap = ''
        } else if (part.startsWith(' ')) {
          written += complete()
          gap += part
        } else word += part
      }
      if (written !== '') write(written)
    },
    end() {
      const last = complete()
      if (last !== '') write(last)
      const hasText = column > 0
      column = 0
      gap = ''
      return hasText
    },
  }
}

/** Wraps each line of a complete text that does not fit. */
export function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map(line => (widthOfText(line) <= columns ? line : wrapWords(line, columns).join('\n')))
    .join('\n')
}
