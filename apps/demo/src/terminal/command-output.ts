import { StringDecoder } from 'node:string_decoder'

/** How many lines of an output are shown; the model gets more. */
const SHOWN_LINES = 12
/** How much is shown of a line, in UTF-16 units. */
const MAX_LINE = 4096
/** After this time without output the beginning of a line is shown, in milliseconds. */
const PARTIAL_MS = 300

export interface CommandOutputOptions {
  /** Writes a text, or a part of a line. */
  write(text: string): void
  /** Whether the beginning of a line, such as a question, is shown before its end. */
  showsPartial: boolean
}

/** Shows the first lines of a command's output as they come, without empty lines at its beginning and its end. */
export class CommandOutput {
  readonly #options: CommandOutputOptions
  readonly #decoder = new StringDecoder('utf8')
  #timer: NodeJS.Timeout | undefined
  /** The beginning of a line, and how much of it is shown. */
  #line = ''
  #shownOfLine = 0
  #emptyLines = 0
  #shownLines = 0
  #moreLines = 0

  constructor(options: CommandOutputOptions) {
    this.#options = options
  }

  add(chunk: Buffer): void {
    this.#read(this.#decoder.write(chunk))
    clearTimeout(this.#timer)
    if (this.#options.showsPartial && this.#line.trim() !== '') {
      this.#timer = setTimeout(() => this.#showPartial(), PARTIAL_MS)
    }
  }

  /** Shows the rest. Returns how many lines were shown, and how many more there were. */
  end(): { shown: number; more: number } {
    clearTimeout(this.#timer)
    this.#read(this.#decoder.end())
    if (this.#line !== '') this.#endLine()
    return { shown: this.#shownLines, more: this.#moreLines }
  }

  #read(text: string): void {
    const [first = '', ...others] = text.split('\n')
    this.#addToLine(first)
    for (const line of others) {
      this.#endLine()
      this.#addToLine(line)
    }
  }

  #addToLine(text: string): void {
    if (this.#line.length < MAX_LINE) this.#line += text.slice(0, MAX_LINE - this.#line.length)
  }

  #endLine(): void {
    const line = this.#line.replace(/\r$/, '')
    if (line.trim() === '' && this.#shownOfLine === 0) this.#emptyLines++
    else if (this.#shownLines >= SHOWN_LINES) this.#count()
    else {
      this.#showEmptyLines()
      if (this.#shownLines >= SHOWN_LINES) this.#count()
      else {
        this.#options.write(`${line.slice(this.#shownOfLine)}\n`)
        this.#shownLines++
      }
    }
    this.#line = ''
    this.#shownOfLine = 0
  }

  /** Counts a line that is not shown, with the empty lines before it. */
  #count(): void {
    this.#moreLines += this.#emptyLines + 1
    this.#emptyLines = 0
  }

  #showEmptyLines(): void {
    if (this.#shownLines === 0) this.#emptyLines = 0
    for (; this.#emptyLines > 0 && this.#shownLines < SHOWN_LINES; this.#emptyLines--) {
      this.#options.write('\n')
      this.#shownLines++
    }
  }

  #showPartial(): void {
    if (this.#shownLines >= SHOWN_LINES) return
    this.#showEmptyLines()
    if (this.#shownLines >= SHOWN_LINES) return
    this.#options.write(this.#line.slice(this.#shownOfLine))
    this.#shownOfLine = this.#line.length
  }
}
