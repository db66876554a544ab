import type { ApprovalPolicy, SandboxPolicy } from '../config/settings.ts'

/** The decision of the configuration about a command, before the user is asked. */
export type Verdict = { kind: 'run' } | { kind: 'ask' } | { kind: 'reject'; reason: string }

export interface PolicyQuestion {
  approvalPolicy: ApprovalPolicy
  sandboxPolicy: SandboxPolicy
  /** The command asks for more than the sandbox allows. */
  escalated: boolean
  /** Whether a sandbox of the operating system confines the command to the policy. */
  sandboxed: boolean
}

/** Under `read-only` and `workspace-write`, a command that no sandbox confines runs only when the user approves it. */
export function judge({ approvalPolicy, sandboxPolicy, escalated, sandboxed }: PolicyQuestion): Verdict {
  const unconfined = sandboxPolicy !== 'danger-full-access' && !sandboxed
  if (approvalPolicy === 'untrusted') return { kind: 'ask' }
  if (approvalPolicy === 'on-request') return escalated || unconfined ? { kind: 'ask' } : { kind: 'run' }
  if (escalated) {
    return {
      kind: 'reject',
      reason: 'approval policy is never; you cannot ask for escalated permissions under it',
    }
  }
  if (unconfined) {
    return {
      kind: 'reject',
      reason: `this agent cannot confine a command to ${sandboxPolicy}, and approval policy never forbids asking; the user can choose -s danger-full-access or another --approval-policy`,
    }
  }
  return { kind: 'run' }
}
