import type { ApprovalPolicy, SandboxPolicy } from '../config/settings.ts'

/** What the configuration says about a command before anybody is asked. */
export type Verdict = { kind: 'run' } | { kind: 'ask' } | { kind: 'reject'; reason: string }

export interface PolicyQuestion {
  approvalPolicy: ApprovalPolicy
  sandboxPolicy: SandboxPolicy
  /** The command asks for more than the sandbox allows. */
  escalated: boolean
}

/**
 * There is no operating-system sandbox here, so a command cannot be held to `read-only` or `workspace-write`: under
 * these it runs only when somebody approves it.
 */
export function judge({ approvalPolicy, sandboxPolicy, escalated }: PolicyQuestion): Verdict {
  const confined = sandboxPolicy !== 'danger-full-access'
  if (approvalPolicy === 'untrusted') return { kind: 'ask' }
  if (approvalPolicy === 'on-request') return escalated || confined ? { kind: 'ask' } : { kind: 'run' }
  if (escalated) {
    return {
      kind: 'reject',
      reason: 'approval policy is never; you cannot ask for escalated permissions under it',
    }
  }
  if (confined) {
    return {
      kind: 'reject',
      reason: `this agent cannot confine a command to ${sandboxPolicy}, and approval policy never forbids asking; the user can choose -s danger-full-access or another --approval-policy`,
    }
  }
  return { kind: 'run' }
}
