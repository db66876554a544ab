/** What came from the keyboard: keys, as the terminal sends them, or a text that was pasted as a whole. */
export type Typed = { kind: 'keys'; text: string } | { kind: 'paste'; text: string } | { kind: 'paste-too-large' }

/** Asks the terminal to put marks around what is pasted, and no longer. */
export const PASTE_MARKS_ON = '\u001b[?2004h'
export const PASTE_MARKS_OFF = '\u001b[?2004l'

const ESCAPE = '\u001b'
const START = `${ESCAPE}[200~`
const END = `${ESCAPE}[201~`
const MARKS = new RegExp(`${ESCAPE}\\[20[01]~`, 'g')
/** The beginning of a mark at the end of a text. */
const BEGUN = new RegExp(`${ESCAPE}(?:\\[(?:2(?:0[01]?)?)?)?$`)
/** The largest paste, in UTF-16 units. */
export const MAX_PASTE: number = 10 * 1024 * 1024
/** How much is kept of the end of a larger one, in which the last mark is looked for. */
const MAX_END = 64 * 1024
/** A terminal sends a paste without a pause; after one without the end mark that is as long, no end mark will come. */
const MAX_PAUSES_IN_PASTE = 20

/**
 * Tells what was pasted from what was typed. Not every terminal takes marks out of what it pastes, so a paste can hold a mark
 * of its end, with keys behind it. A paste therefore goes on to the last mark before a pause: the caller calls `pause` once
 * nothing has arrived for a moment.
 */
export class PasteParser {
  /** The beginning of a mark, or a paste that has begun. */
  #held = ''
  #pasted: string[] | undefined
  #length = 0
  #pauses = 0

  /** Whether something is held back until a pause. */
  get holds(): boolean {
    return this.#held !== '' || this.#pasted !== undefined
  }

  add(text: string): Typed[] {
    this.#pauses = 0
    if (this.#pasted !== undefined) {
      this.#addToPaste(text)
      return []
    }
    const all = this.#held + text
    this.#held = ''
    const start = all.indexOf(START)
    if (start >= 0) {
      this.#pasted = []
      this.#addToPaste(all.slice(start + START.length))
      return keys(all.slice(0, start))
    }
    const [begun = ''] = BEGUN.exec(all) ?? []
    this.#held = begun
    return keys(all.slice(0, all.length - begun.length))
  }

  pause(): Typed[] {
    if (this.#pasted === undefined) {
      const held = this.#held
      this.#held = ''
      return keys(held)
    }
    const text = this.#pasted.join('')
    const end = text.lastIndexOf(END)
    if (end < 0 && ++this.#pauses < MAX_PAUSES_IN_PASTE) return []
    const tooLarge = this.#length > MAX_PASTE
    this.#pasted = undefined
    this.#length = 0
    const pasted = end < 0 ? text : text.slice(0, end)
    const paste: Typed = tooLarge
      ? { kind: 'paste-too-large' }
      : { kind: 'paste', text: pasted.replace(MARKS, '').replace(/\r\n?/g, '\n') }
    return [paste, ...(end < 0 ? [] : keys(text.slice(end + END.length)))]
  }

  #addToPaste(text: string): void {
    this.#length += text.length
    const pasted = this.#pasted ?? []
    // Of a larger paste only its end is kept, which has the mark.
    if (this.#length > MAX_PASTE) this.#pasted = [(pasted.slice(-END.length).join('') + text).slice(-MAX_END)]
    else pasted.push(text)
  }
}

const keys = (text: string): Typed[] => {
  const typed = text.replace(MARKS, '')
  return typed === '' ? [] : [{ kind: 'keys', text: typed }]
}
