import { createInterface } from 'node:readline'
import { Interrupted } from './interrupts.ts'
import { note } from './messages.ts'

/** Where the user's prompts come from. */
export interface Prompts {
  /** The next line; `undefined` when there is none any more. @throws Interrupted at SIGTERM or SIGHUP. */
  next(): Promise<string | undefined>
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
    close: () => lines.close(),
  }
}

/**
 * Lines from the keyboard. The terminal is in raw mode only while a line is typed: in between, Ctrl-C is a signal and
 * stops the turn.
 */
export function terminalPrompts(): Prompts {
  let history: string[] = []
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const line = createInterface({
          input: process.stdin,
          output: process.stderr,
          prompt: '› ',
          history,
          removeHistoryDuplicates: true,
        })
        let warned = false
        const onEnd = (signal: 'SIGTERM' | 'SIGHUP'): void => finish(() => reject(new Interrupted(signal)))
        const onClose = (): void => {
          process.stderr.write('\n')
          finish(() => resolve(undefined))
        }
        const finish = (settle: () => void): void => {
          process.off('SIGTERM', onEnd)
          process.off('SIGHUP', onEnd)
          line.off('close', onClose)
          line.close()
          settle()
        }
        process.on('SIGTERM', onEnd)
        process.on('SIGHUP', onEnd)
        line.on('history', entries => {
          history = [...entries]
        })
        line.on('line', text => finish(() => resolve(text)))
        line.on('close', onClose)
        line.on('SIGINT', () => {
          if (line.line === '' && warned) return finish(() => resolve(undefined))
          warned = line.line === ''
          process.stderr.write('\n')
          if (warned) note('Ctrl-C again or Ctrl-D leaves')
          // Drops what was typed, as a shell does.
          line.write(null, { ctrl: true, name: 'e' })
          line.write(null, { ctrl: true, name: 'u' })
          line.prompt()
        })
        line.prompt()
      }),
    close() {},
  }
}
