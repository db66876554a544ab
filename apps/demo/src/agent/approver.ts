import type { ExecCommandArguments } from '../tools/exec-command.ts'

/** What somebody is asked to approve: a command, or a call of another server's tool. */
export type ApprovalRequest = ExecCommandArguments | ToolApproval

export interface ToolApproval {
  /** Name of the tool. */
  tool: string
  /** Name of the MCP server. */
  server: string
  /** JSON text: what is sent, however the model wrote it. */
  arguments: string
}

/** What a user can answer. */
export const ANSWERS = ['accept', 'accept-for-session', 'decline', 'abort'] as const
export type Answer = (typeof ANSWERS)[number]

/** Asks whoever decides. `undefined`: there is nobody to ask. */
export type Approver = (request: ApprovalRequest, signal: AbortSignal) => Promise<Answer | undefined>

/** Nobody is there: no terminal and no answers. */
export const nobody: Approver = async () => undefined

/** Gives the answers in order; when they run out, nobody is there. */
export function scriptedAnswers(answers: readonly Answer[]): Approver {
  const left = [...answers]
  return async () => left.shift()
}
