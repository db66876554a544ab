import type { ApprovalRequest } from '../agent/approver.ts'
import { quote } from './quote.ts'

/** Of a longer text the first and the last rows are shown, so that all of the question fits a screen. */
const SHOWN_ROWS = 16
/** Of what the model says for itself, and of a name. */
const FEW_ROWS = 4
/** A name that holds no word and no sign that a sentence of this program has. */
const PLAIN_NAME = /^[\w./-]{1,64}$/

/**
 * What is asked about, last and row by row behind a bar: nothing that the model or a server writes can look like the
 * question, or push what it is about off the screen. `columns` are those of the terminal.
 */
export function describeApproval(request: ApprovalRequest, columns: number): string {
  const few = (text: string): string => quote(text, columns, FEW_ROWS)
  const named = (before: string, name: string, after: string): string =>
    PLAIN_NAME.test(name) ? `${before} ${name} ${after}` : `${before}\n${few(name)}\n${after}`
  if ('tool' in request) {
    const called = named('The model wants to call', request.tool, named('of the MCP server', request.server, 'with:'))
    return `${called}\n${quote(request.arguments, columns, SHOWN_ROWS)}`
  }
  const { cmd, escalated, justification } = request
  const lines: string[] = []
  if (justification !== undefined) lines.push('The model says:', few(justification))
  if (escalated) lines.push('It asks for more than the sandbox mode allows.')
  return [...lines, 'The model wants to run:', quote(cmd, columns, SHOWN_ROWS)].join('\n')
}
