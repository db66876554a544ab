import { createInterface } from 'node:readline'
import { visibleText } from '../telemetry.ts'
import { note } from './messages.ts'
import { openTerminalLine } from './terminal-line.ts'

const PROMPT = '› '

/** Where the user's prompts come from. */
export interface Prompts {
  /** The next line; `undefined` when there is none any more, or after `close`. */
  next(): Promise<string | undefined>
  /** Drops the lines that were typed before they were asked for: what they were to follow was stopped. */
  forgetTypedAhead(): void
  close(): void
}

/** Lines from a pipe or a file. */
export function pipedPrompts(): Prompts {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  const iterator = lines[Symbol.asyncIterator]()
  return {
    async next() {
      const line = await iterator.next()
      return line.done ? undefined : line.value
    },
    // A script's lines stand on their own.
    forgetTypedAhead() {},
    close: () => lines.close(),
  }
}

/**
 * Lines from the keyboard. The terminal is in raw mode only while a line is typed: in between, Ctrl-C is a signal and
 * stops the turn. Lines that come at once, as a paste does, are prompts one after the other.
 */
export function terminalPrompts(): Prompts {
  let history: string[] = []
  const ahead: string[] = []
  /** What came after them and has no end yet. */
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
        // What came with it is read before the interface is closed, or it would be lost.
        if (ahead.length === 1) setImmediate(() => ahead.length > 0 && !left && finish())
      })
      line.on('close', onClose)
      line.on('SIGINT', () => {
        ahead.length = 0
        if (line.line === '' && warned) return line.close()
        warned = line.line === ''
        process.stderr.write('\n')
        if (warned) note('Ctrl-C again or Ctrl-D leaves')
        // Drops what was typed, as a shell does.
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
