import type { ApprovalOutcome, CodexEvents, Decision, DecisionSource, ObservedApproval } from '@codex/otel-api'

interface Emitter {
  emit(name: 'codex.tool_decision', payload: CodexEvents['codex.tool_decision']): void
}

/** Emits `codex.tool_decision` for what was answered. */
export async function observeApproval<Answer extends ApprovalOutcome | Decision>(
  session: Emitter,
  approval: ObservedApproval,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const answer = await ask()
  try {
    session.emit('codex.tool_decision', { ...approval, ...outcomeOf(answer) })
  } catch {
    // The application's object threw when it was read: the record cannot be made.
  }
  return answer
}

function outcomeOf(answer: ApprovalOutcome | Decision): ApprovalOutcome & { source: DecisionSource } {
  if (typeof answer !== 'object' || answer === null) return { decision: answer, source: 'User' }
  const { decision, source = 'User', remembered } = answer
  return { decision, source, remembered }
}
