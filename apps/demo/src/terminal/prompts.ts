import { createInterface } from 'node:readline'
import { visibleText } from '../telemetry.ts'
import { note } from './messages.ts'
import { openTerminalLine } from './terminal-line.ts'

const PROMPT = '› '

/** A source of the user's prompts. */
export interface Prompts {
  /** Reads the next line; `undefined` when there are no more lines, or after `close`. */
  next(): Promise<string | undefined>
  /** Drops the lines that were typed ahead, because the turn that they were meant to follow was stopped. */
  forgetTypedAhead(): void
  close(): void
}

/** Reads lines from a pipe or a file. */
export function pipedPrompts(): Prompts {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    async next() {
      const line = await iterator.next()
      return line.done ? undefined : line.value
    },
    // The lines of a script do not depend on the turn before.
    forgetTypedAhead() {},
    close: () => lines.close(),
  }
}

/**
 * Reads lines from the keyboard. The terminal is in raw mode only while a line is typed; at other times Ctrl-C is a signal
 * and stops the turn. Lines that arrive together, as from a paste, are prompts one after the other.
 */
export function terminalPrompts(): Prompts {
  let history: string[] = []
  const ahead: string[] = []
  /** The beginning of the next line, which has no end yet. */
  let begun = ''
  let left = false
  let abandon = (): void => {}

  const readLines = (): Promise<void> =>
    new Promise(resolve => {
      const line = openTerminalLine(PROMPT, history)
      let warned = false
      const onClose = (): void => {
        process.stderr.write('\n')
        left = true
        finish()
      }
      const finish = (): void => {
        abandon = () => {}
        line.off('close', onClose)
        begun = left ? '' : line.line
        line.close()
        if (begun !== '') process.stderr.write('\n')
        resolve()
      }
      abandon = onClose
      line.on('history', entries => {
        history = [...entries]
      })
      line.on('line', text => {
        ahead.push(text)
        // Lines that arrived together with this one are read first: they would be lost when the interface is closed.
        if (ahead.length === 1) setImmediate(() => ahead.length > 0 && !left && finish())
      })
      line.on('close', onClose)
      line.on('SIGINT', () => {
        ahead.length = 0
        if (line.line === '' && warned) return line.close()
        warned = line.line === ''
        process.stderr.write('\n')
        if (warned) note('Ctrl-C again or Ctrl-D leaves')
        // Drops the typed text, as a shell does.
        line.write(null, { ctrl: true, name: 'e' })
        line.write(null, { ctrl: true, name: 'u' })
        line.prompt()
      })
      line.prompt()
      if (begun !== '') line.write(begun)
    })

  return {
    async next() {
      if (ahead.length > 0) process.stderr.write(`${PROMPT}${visibleText(ahead[0] as string)}\n`)
      else if (!left) await readLines()
      return ahead.shift()
    },
    forgetTypedAhead() {
      if (ahead.length > 0) note(`forgotten, what was typed ahead: ${ahead.join(' / ')}`)
      ahead.length = 0
      begun = ''
    },
    close: () => abandon(),
  }
}
