import type { ExecCommandArguments } from '../tools/exec-command.ts'

/** A question to the user: a command, or a call of an MCP server's tool. */
export type ApprovalRequest = ExecCommandArguments | ToolApproval

export interface ToolApproval {
  /** Name of the tool. */
  tool: string
  /** Name of the MCP server. */
  server: string
  /** The JSON text that is sent to the server; the model may have written it in another way. */
  arguments: string
}

/** The answers of a user. */
export const ANSWERS = ['accept', 'accept-for-session', 'decline', 'abort'] as const
export type Answer = (typeof ANSWERS)[number]

/** Asks for an approval. `undefined` when there is neither a terminal nor a scripted answer. */
export type Approver = (request: ApprovalRequest, signal: AbortSignal) => Promise<Answer | undefined>

/** The approver where there is neither a terminal nor a scripted answer. */
export const noApprover: Approver = async () => undefined

/** Gives the answers in order, and `undefined` after the last one. */
export function scriptedAnswers(answers: readonly Answer[]): Approver {
  const left = [...answers]
  return async () => left.shift()
}
