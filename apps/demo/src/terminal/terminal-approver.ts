import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, ApprovalRequest, Approver } from '../agent/approver.ts'
import { visible } from './printable.ts'
import { openTerminalLine } from './terminal-line.ts'

const KEYS: Record<string, Answer> = { y: 'accept', s: 'accept-for-session', n: 'decline', a: 'abort' }
const WORDS: Record<string, Answer> = { yes: 'accept', session: 'accept-for-session', no: 'decline', abort: 'abort' }
const QUESTION = 'Run it? [y]es, yes for this [s]ession, [n]o, [a]bort the turn: '

/** How long keys that were typed before the question are read and thrown away. */
const TYPE_AHEAD_MS = 50

/** Of a longer text the first and the last lines are shown, so that all of the question fits a screen. */
const SHOWN_LINES = 16
const SHOWN_UNITS = 2_000
/** Of what the model says for itself. */
const JUSTIFICATION_UNITS = 200

/** Asks in the terminal. Ctrl-C and Ctrl-D abort the turn; `onInterrupt` is told of them. */
export function terminalApprover(onInterrupt: () => void = () => {}): Approver {
  return async (request, signal) => {
    process.stderr.write(`${describe(request)}\n`)
    await dropTypeAhead()
    return ask(signal, onInterrupt)
  }
}

/**
 * What is asked about, last and line by line behind a bar: nothing that the model writes can look like the question, or
 * push what it is about off the screen.
 */
function describe(request: ApprovalRequest): string {
  if ('tool' in request) {
    const { tool, server } = request
    return `The model wants to call ${oneLine(tool)} of the MCP server ${server} with:\n${quoted(request.arguments)}`
  }
  const { cmd, escalated, justification } = request
  const lines: string[] = []
  if (justification !== undefined) lines.push(`The model says: ${cut(oneLine(justification), JUSTIFICATION_UNITS)}`)
  if (escalated) lines.push('It asks for more than the sandbox mode allows.')
  return [...lines, 'The model wants to run:', quoted(cmd)].join('\n')
}

function quoted(text: string): string {
  const lines = visible(text).split('\n')
  const hidden = lines.length - SHOWN_LINES
  const shown =
    hidden > 0
      ? [
          ...lines.slice(0, SHOWN_LINES / 2),
          `... ${hidden} more of ${lines.length} lines ...`,
          ...lines.slice(-SHOWN_LINES / 2),
        ]
      : lines
  return shown.map(line => `  | ${cut(line, SHOWN_UNITS)}`).join('\n')
}

const oneLine = (text: string): string => visible(text).replaceAll('\n', '\\n')

const cut = (text: string, units: number): string =>
  text.length > units ? `${text.slice(0, units)} ... (${text.length} characters)` : text

/** An answer is one that was given after the question was seen. */
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
    const line = openTerminalLine(QUESTION)
    const onClose = (): void => {
      process.stderr.write('\n')
      finish(() => resolve('abort'))
      onInterrupt()
    }
    const onAbort = (): void => finish(() => reject(signal.reason))
    const finish = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      line.off('close', onClose)
      line.close()
      settle()
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
