import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Approver } from '../agent/approver.ts'
import { describeApproval } from './describe-approval.ts'
import { columnsOf } from './rows.ts'
import { openTerminalLine } from './terminal-line.ts'
import { wrapLines } from './wrap.ts'

const KEYS: Record<string, Answer> = { y: 'accept', s: 'accept-for-session', n: 'decline', a: 'abort' }
const WORDS: Record<string, Answer> = { yes: 'accept', session: 'accept-for-session', no: 'decline', abort: 'abort' }
const QUESTION = 'Run it? [y]es, yes for this [s]ession, [n]o, [a]bort the turn:'

/** How long keys that were typed before the question are read and dropped, in milliseconds. */
const TYPE_AHEAD_MS = 50

/** Asks in the terminal. Ctrl-C and Ctrl-D abort the turn, and then call `onInterrupt`. */
export function terminalApprover(onInterrupt: () => void = () => {}): Approver {
  return async (request, signal) => {
    process.stderr.write(`${describeApproval(request, columnsOf(process.stderr))}\n`)
    await dropTypeAhead()
    return ask(signal, onInterrupt)
  }
}

/** Drops the keys that were typed before the question: an answer must be typed after the user saw the question. */
async function dropTypeAhead(): Promise<void> {
  const { stdin } = process
  stdin.setRawMode(true)
  const drop = (): void => {}
  stdin.on('data', drop)
  await sleep(TYPE_AHEAD_MS)
  stdin.off('data', drop)
  stdin.pause()
  stdin.setRawMode(false)
}

function ask(signal: AbortSignal, onInterrupt: () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const line = openTerminalLine(`${wrapLines(QUESTION, columnsOf(process.stderr) - 1)} `)
    const onClose = (): void => {
      process.stderr.write('\n')
      finish(() => resolve('abort'))
      onInterrupt()
    }
    const onAbort = (): void => finish(() => reject(signal.reason))
    const finish = (complete: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      line.off('close', onClose)
      line.close()
      complete()
    }
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    line.on('line', text => {
      const word = text.trim().toLowerCase()
      const answer = KEYS[word] ?? WORDS[word]
      if (answer === undefined) return line.prompt()
      finish(() => resolve(answer))
    })
    line.on('SIGINT', onClose)
    line.on('close', onClose)
    line.prompt()
  })
}
