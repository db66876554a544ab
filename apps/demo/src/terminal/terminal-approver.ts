import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import type { Answer, ApprovalRequest, Approver } from '../agent/approver.ts'
import { ALLOWED, CHOICES, describeApproval, describeChoices, describeWrongAnswer } from './describe-approval.ts'
import type { Keyboard } from './keyboard.ts'
import { warn } from './messages.ts'
import { writeErr } from './output.ts'
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
/** How long keys that were typed before the question may take to arrive, in milliseconds. */
const TYPE_AHEAD_MS = 50
const PASTED = 'a paste is no answer'

export interface TerminalApproverOptions {
  keyboard: Keyboard
  /** Whether the keyboard is open for the time of a question alone. */
  keepsOpen: boolean
  /** Called after Ctrl-C or Ctrl-D, which also abort the turn. */
  onInterrupt?(): void
}

/** Asks in the terminal. An answer is typed after the user saw the question, and never pasted. */
export function terminalApprover({ keyboard, keepsOpen, onInterrupt }: TerminalApproverOptions): Approver {
  return async (request, signal) => {
    keyboard.open()
    try {
      showQuestion(request)
      await sleep(TYPE_AHEAD_MS)
      return await ask(keyboard, signal, () => onInterrupt?.())
    } finally {
      if (!keepsOpen) keyboard.close()
    }
  }
}

/** A question stands out from the text around it: a row is empty before it, and its own words have a colour. */
function showQuestion(request: ApprovalRequest): void {
  const columns = columnsOf(process.stderr)
  const described = describeApproval(request, columns)
    .split('\n')
    .map(row => (/^ {2}[|:] /.test(row) ? row : styled(row)))
  writeErr(`\n${described.join('\n')}\n${describeChoices(request, columns)}\n`)
}

const styled = (text: string): string => styleText(['bold', 'yellow'], text, { stream: process.stderr })

function ask(keyboard: Keyboard, signal: AbortSignal, onInterrupt: () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const refuse = (what: string): void => {
      warn(what)
      line.prompt()
    }
    const refusePaste = (): void => {
      // What was pasted without marks arrived as keys, and the rest of them is dropped, too.
      keyboard.forget()
      writeErr('\n')
      refuse(`${PASTED}; ${ALLOWED}`)
    }
    const { line, begin } = openTerminalLine({
      keyboard,
      prompt: styled(PROMPT),
      onlyNew: true,
      onPaste: refusePaste,
      onPasteTooLarge: refusePaste,
      onTogether: refusePaste,
    })
    const onClose = (): void => {
      writeErr('\n')
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
    signal.addEventListener('abort', onAbort, { once: true })
    line.on('line', text => {
      const word = text.trim().toLowerCase()
      const answer = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
      if (answer !== undefined) return finish(() => resolve(answer))
      refuse(describeWrongAnswer(word))
    })
    line.on('SIGINT', onClose)
    line.on('close', onClose)
    begin()
  })
}
