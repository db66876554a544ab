import type { Answer, ApprovalRequest } from '../agent/approver.ts'
import { quote } from './quote.ts'
import { wrapLines, wrapWords } from './wrap.ts'

/** The number of rows that are shown of a longer text, half from each end, so that the question fits a screen. */
const SHOWN_ROWS = 16
/** The number of rows that are shown of the model's justification, and of a name. */
const FEW_ROWS = 4
/** A name without spaces and punctuation of sentences, so that it cannot look like text of the demo. */
const PLAIN_NAME = /^[\w./-]{1,64}$/

/**
 * The description of a command or a call for the approval prompt. Text of the model or a server is behind a bar in each row,
 * and the command comes last, so that no text can imitate the prompt or push the command off the screen. `columns` is the
 * width of the terminal.
 */
export function describeApproval(request: ApprovalRequest, columns: number): string {
  const few = (text: string): string => quote(text, columns, FEW_ROWS)
  const named = (before: string, name: string, after: string): string =>
    PLAIN_NAME.test(name) ? `${before} ${name} ${after}` : `${before}\n${few(name)}\n${after}`
  if ('tool' in request) {
    const called = wrapLines(
      named('The model wants to call', request.tool, named('of the MCP server', request.server, 'with:')),
      columns,
    )
    return `${called}\n${quote(request.arguments, columns, SHOWN_ROWS)}`
  }
  const { cmd, escalated, justification } = request
  const lines: string[] = []
  if (justification !== undefined) lines.push('The model says:', few(justification))
  if (escalated) lines.push(wrapLines('It asks for more than the sandbox mode allows.', columns))
  return [...lines, 'The model wants to run:', quote(cmd, columns, SHOWN_ROWS)].join('\n')
}

/** The answers that a question allows, by key. */
export const CHOICES: Readonly<Record<string, Answer>> = {
  y: 'accept',
  s: 'accept-for-session',
  n: 'decline',
  a: 'abort',
}

/** The answers below a description, a row or more for each. They say what an answer for the session covers. */
export function describeChoices(request: ApprovalRequest, columns: number): string {
  const same = 'tool' in request ? 'this tool with exactly these arguments' : 'exactly this command'
  const rights = 'escalated' in request && request.escalated ? ' with these permissions' : ''
  const meanings: Readonly<Record<Answer, string>> = {
    accept: 'yes, this time',
    'accept-for-session': `yes for this session: ${same}${rights} is not asked about again until the demo ends`,
    decline: 'no; the model is told so and goes on',
    abort: 'no, and abort the turn',
  }
  return Object.entries(CHOICES)
    .flatMap(([key, answer]) =>
      wrapWords(meanings[answer], columns - 6).map((row, i) => `  ${i === 0 ? key : ' '}  ${row}`),
    )
    .join('\n')
}

/** What is said after a wrong answer. */
export const ALLOWED = 'type y (yes), s (yes, for this session), n (no) or a (abort the turn), and Enter'

/** What is said about an answer that the question does not allow. */
export function describeWrongAnswer(typed: string): string {
  const found = typed === '' ? 'nothing was typed' : `${JSON.stringify([...typed].slice(0, 20).join(''))} is no answer`
  return `${found}; ${ALLOWED}`
}
