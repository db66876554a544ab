import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import type { Answer, ApprovalRequest, Approver } from '../agent/approver.ts'
import { CHOICES, describeApproval, describeChoices, describeWrongAnswer } from './describe-approval.ts'
import { warn } from './messages.ts'
import { columnsOf } from './rows.ts'
import { openTerminalLine } from './terminal-line.ts'

const WORDS: Readonly<Record<string, Answer>> = {
  ...CHOICES,
  yes: 'accept',
  session: 'accept-for-session',
  no: 'decline',
  abort: 'abort',
}
const PROMPT = `Run it? [${Object.keys(CHOICES).join('/')}] `
/** How long keys that were typed before the question are read and dropped, in milliseconds. */
const TYPE_AHEAD_MS = 50

/** Asks in the terminal. Ctrl-C and Ctrl-D abort the turn, and then call `onInterrupt`. */
export function terminalApprover(onInterrupt: () => void = () => {}): Approver {
  return async (request, signal) => {
    showQuestion(request)
    await dropTypeAhead()
    return ask(signal, onInterrupt)
  }
}

/** A question stands out from the text around it: a row is empty before it, and its own words have a colour. */
function showQuestion(request: ApprovalRequest): void {
  const columns = columnsOf(process.stderr)
  const described = describeApproval(request, columns)
    .split('\n')
    .map(row => (/^ {2}[|:] /.test(row) ? row : styled(row)))
  process.stderr.write(`\n${described.join('\n')}\n${describeChoices(request, columns)}\n`)
}

const styled = (text: string): string => styleText(['bold', 'yellow'], text, { stream: process.stderr })

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
    const line = openTerminalLine(styled(PROMPT))
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
      const answer = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
      if (answer !== undefined) return finish(() => resolve(answer))
      warn(describeWrongAnswer(word))
      line.prompt()
    })
    line.on('SIGINT', onClose)
    line.on('close', onClose)
    line.prompt()
  })
}
