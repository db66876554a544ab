import { visibleText } from '../telemetry.ts'

/** Stands for a line break in a prompt that is typed. */
const BREAK = '⏎'
/** The longest text that is shown as it is, in UTF-16 units, and the most lines. */
const MAX_SHOWN = 500
const MAX_SHOWN_LINES = 8
const FIRST_WORDS = 24

/**
 * Shows prompts of several lines in the one line of an editor: line breaks as `⏎`, and what is long, or holds characters
 * that a terminal does not show, as a note such as `[paste 1: def main(): +41 lines]`.
 */
export interface ShownPrompts {
  /** The text as it is shown. */
  show(text: string): string
  /** The text that a line stands for. */
  read(line: string): string
}

export function createShownPrompts(): ShownPrompts {
  const textOf = new Map<string, string>()
  const noteOf = new Map<string, string>()
  const noteFor = (text: string): string => {
    const [first = ''] = text.trimStart().split('\n', 1)
    const begin = visibleText([...first].slice(0, FIRST_WORDS).join(''))
      .replaceAll(']', ')')
      .trim()
    const lines = text.split('\n').length
    const rest =
      lines > 1 ? `+${lines - 1} ${lines === 2 ? 'line' : 'lines'}` : `${text.length.toLocaleString('en')} characters`
    const note = `[paste ${textOf.size + 1}: ${begin} ${rest}]`
    textOf.set(note, text)
    noteOf.set(text, note)
    return note
  }
  return {
    show(text) {
      const plain = text.replaceAll('\n', '')
      const isShort = text.length <= MAX_SHOWN && text.split('\n').length <= MAX_SHOWN_LINES
      if (isShort && !text.includes(BREAK) && visibleText(plain) === plain) return text.replaceAll('\n', BREAK)
      return noteOf.get(text) ?? noteFor(text)
    },
    read(line) {
      const parts = line.split(/(\[paste \d+: [^\]]*\])/)
      return parts.map(part => textOf.get(part) ?? part.replaceAll(BREAK, '\n')).join('')
    },
  }
}
