import type { ApprovalRequest } from '../agent/approver.ts'
import { quote } from './quote.ts'
import { wrapLines } from './wrap.ts'

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
