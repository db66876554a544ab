import { StringDecoder } from 'node:string_decoder'
import { PASTE_MARKS_OFF, PASTE_MARKS_ON, PasteParser, type Typed } from './bracketed-paste.ts'
import { isDumb } from './rows.ts'

/** Reads what is typed, for as long as it is attached. */
export interface KeyReader {
  /**
   * Gets a paste, or keys up to the end of a line. `together`: more keys arrived with these, behind the end of the line, as
   * from a paste in a terminal that puts no marks around it.
   */
  read(typed: Typed, together: boolean): void
  /** Shows again what is typed, at a cursor that stands below text of others. */
  redraw(): void
  /** The terminal is gone. */
  end(): void
}

/**
 * The keyboard of an interactive program. While it is open the terminal is in raw mode and shows nothing of what is typed by
 * itself. Without a reader, as during a turn, Ctrl-C interrupts, and all else waits for the next reader.
 */
export interface Keyboard {
  open(): void
  close(): void
  /** Gives the reader what waits, unless `onlyNew`, and what comes. */
  attach(reader: KeyReader, how?: { onlyNew?: boolean }): void
  detach(): void
  /** Has the reader show again what is typed, after others have written to the terminal. */
  redraw(): void
  /** Takes away what waits for the next reader. */
  forget(): Typed[]
}

/** For how long nothing arrives after a paste, in milliseconds. */
const PAUSE_MS = 50
const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'
const CTRL_BACKSLASH = '\u001c'

export function createKeyboard(onInterrupt: () => void): Keyboard {
  const { stdin, stderr } = process
  let waiting: Waiting[] = []
  /** What waited when a reader was attached that is to get only what is new. */
  let setAside: Waiting[] = []
  let reader: KeyReader | undefined
  let isOpen = false
  let ended = false
  let decoder = new StringDecoder('utf8')
  let parser = new PasteParser()
  let timer: NodeJS.Timeout | undefined

  const mark = (sequence: string): void => {
    if (!isDumb()) stderr.write(sequence)
  }
  const setModes = (on: boolean): void => {
    stdin.setRawMode(on)
    mark(on ? PASTE_MARKS_ON : PASTE_MARKS_OFF)
  }
  const restore = (): void => setModes(false)

  const take = (typed: readonly Typed[]): void => {
    for (const one of typed) waiting.push(...(one.kind === 'keys' ? splitKeys(one.text) : [{ typed: one }]))
    deliver()
  }
  /** Acts on the keys that mean the program, and not what is typed. */
  const actsOn = ({ typed }: Waiting): boolean => {
    if (typed.kind !== 'keys') return false
    if (typed.text === CTRL_Z) suspend()
    else if (typed.text === CTRL_BACKSLASH) process.kill(process.pid, 'SIGQUIT')
    else if (typed.text === CTRL_C && reader === undefined) onInterrupt()
    else return false
    return true
  }
  const deliver = (): void => {
    for (let next = waiting[0]; reader !== undefined && next !== undefined; next = waiting[0]) {
      waiting.shift()
      if (!actsOn(next)) reader.read(next.typed, next.together === true)
    }
    // Without a reader they do not wait behind what waits.
    if (reader === undefined) waiting = waiting.filter(next => !actsOn(next))
  }
  const onData = (chunk: Buffer): void => {
    take(parser.add(decoder.write(chunk)))
    if (parser.holds) timer = timer?.refresh() ?? setTimeout(onPause, PAUSE_MS)
  }
  const onPause = (): void => {
    timer = undefined
    take(parser.pause())
    if (parser.holds) timer = setTimeout(onPause, PAUSE_MS)
  }
  const onEnd = (): void => {
    ended = true
    reader?.end()
  }
  const suspend = (): void => {
    restore()
    process.kill(process.pid, 'SIGTSTP')
  }
  const onContinue = (): void => {
    setModes(true)
    reader?.redraw()
  }

  return {
    open() {
      if (isOpen) return
      isOpen = true
      setModes(true)
      stdin.on('data', onData).on('end', onEnd).on('error', onEnd)
      stdin.resume()
      process.on('SIGCONT', onContinue).on('exit', restore)
    },
    close() {
      if (!isOpen) return
      isOpen = false
      clearTimeout(timer)
      timer = undefined
      process.off('SIGCONT', onContinue).off('exit', restore)
      // A terminal that is gone gives an error here.
      restore()
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd)
      stdin.pause()
      reader = undefined
      waiting = []
      setAside = []
      decoder = new StringDecoder('utf8')
      parser = new PasteParser()
    },
    attach(next, { onlyNew = false } = {}) {
      reader = next
      if (onlyNew) {
        setAside = waiting
        waiting = []
      }
      if (ended) next.end()
      else deliver()
    },
    detach() {
      reader = undefined
      waiting = [...setAside, ...waiting]
      setAside = []
    },
    redraw() {
      if (isOpen) reader?.redraw()
    },
    forget() {
      const forgotten = waiting.map(({ typed }) => typed)
      waiting = []
      return forgotten
    },
  }
}

interface Waiting {
  typed: Typed
  together?: boolean
}

/** The keys that work by themselves, lines with their ends, and the beginning of a line. */
const PARTS = new RegExp(
  ['[ACTS]', '[^\\r\\nACTS]*(?:\\r\\n|[\\r\\n])', '[^\\r\\nACTS]+']
    .join('|')
    .replaceAll('ACTS', CTRL_C + CTRL_Z + CTRL_BACKSLASH),
  'g',
)

/** Keys line by line, so that a reader gets no key of the next line, with the keys that work by themselves apart. */
function splitKeys(text: string): Waiting[] {
  const parts = text.match(PARTS) ?? []
  return parts.map((part, i) => ({
    typed: { kind: 'keys', text: part.replace(/(?:\r\n|\n)$/, '\r') },
    together: i < parts.length - 1 && /[\r\n]$/.test(part),
  }))
}
