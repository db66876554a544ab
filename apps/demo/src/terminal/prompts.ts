import { createInterface } from 'node:readline'
import type { PromptHistory } from '../stored/prompt-history.ts'
import { MAX_PASTE } from './bracketed-paste.ts'
import type { Keyboard } from './keyboard.ts'
import { note, warn } from './messages.ts'
import { writeErr } from './output.ts'
import { createShownPrompts } from './shown-prompt.ts'
import { openTerminalLine } from './terminal-line.ts'

const PROMPT = '› '

/** A source of the user's prompts. */
export interface Prompts {
  /** Reads the next prompt; `undefined` when there are no more prompts, or after `close`. */
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

/** Reads prompts from the keyboard. What is pasted becomes part of the prompt that is typed, with all of its lines. */
export function terminalPrompts(keyboard: Keyboard, history: PromptHistory): Prompts {
  const shown = createShownPrompts()
  let left = false
  let abandon = (): void => {}

  const readLine = (): Promise<string | undefined> =>
    new Promise(resolve => {
      keyboard.open()
      let warned = false
      const { line, begin } = openTerminalLine({
        keyboard,
        prompt: PROMPT,
        history: history.latest().map(shown.show),
        onPaste: text => line.write(shown.show(text)),
        onPasteTooLarge() {
          writeErr('\n')
          warn(`the paste is left out: it has more than ${MAX_PASTE / 1024 / 1024} Mi characters`)
          line.prompt(true)
        },
      })
      const onClose = (): void => {
        writeErr('\n')
        left = true
        finish(undefined)
      }
      const finish = (text: string | undefined): void => {
        abandon = () => {}
        line.off('close', onClose)
        line.close()
        resolve(text)
      }
      abandon = onClose
      line.on('line', text => finish(shown.read(text)))
      line.on('close', onClose)
      line.on('SIGINT', () => {
        if (line.line === '' && warned) return line.close()
        warned = line.line === ''
        writeErr('\n')
        if (warned) note('Ctrl-C again or Ctrl-D leaves')
        // Drops the typed text, as a shell does.
        line.write(null, { ctrl: true, name: 'e' })
        line.write(null, { ctrl: true, name: 'u' })
        line.prompt()
      })
      begin()
    })

  return {
    async next() {
      const text = left ? undefined : await readLine()
      if (text !== undefined) history.add(text)
      return text
    },
    forgetTypedAhead() {
      const texts = keyboard.forget().flatMap(typed => (typed.kind === 'paste-too-large' ? [] : typed.text.trim()))
      if (texts.length > 0) note(`forgotten, what was typed ahead: ${texts.map(shown.show).join(' / ')}`)
    },
    close() {
      abandon()
      keyboard.close()
    },
  }
}
