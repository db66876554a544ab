import type { ApprovalOutcome, Decision, DecisionSource, ObservedApproval } from '@codex/otel-api'
import { SpanOutcome } from '../../protocol/span-tuple.ts'
import { classOf, isAbort } from '../spans/error-type.ts'
import { wasAsked } from '../spans/span-facts.ts'
import { attempt } from './attempt.ts'
import type { Emitter } from './emitter.ts'

/** Emits `codex.tool_decision` for what was answered. */
export async function observeApproval<Answer extends ApprovalOutcome | Decision>(
  session: Emitter,
  approval: ObservedApproval,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const { spans } = session
  const span = spans && attempt(() => spans.openApproval(approval))
  let answer: Answer
  try {
    answer = await ask()
  } catch (error) {
    const isAborted = isAbort(error)
    spans?.endApproval(
      span,
      isAborted ? SpanOutcome.aborted : SpanOutcome.failed,
      isAborted ? undefined : classOf(error),
    )
    throw error
  }
  const outcome = attempt(() => outcomeOf(answer))
  const asked = outcome !== undefined && wasAsked(outcome)
  if (outcome !== undefined) {
    const of = asked ? spans?.at(span) : attempt(() => spans?.atCall(approval.callId))
    attempt(() => session.emit('codex.tool_decision', { ...approval, ...outcome }, of))
  }
  spans?.endApproval(span, asked ? SpanOutcome.done : SpanOutcome.discarded)
  return answer
}

function outcomeOf(answer: ApprovalOutcome | Decision): ApprovalOutcome & { source: DecisionSource } {
  if (typeof answer !== 'object' || answer === null) return { decision: answer, source: 'User' }
  const { decision, source = 'User', remembered } = answer
  return { decision, source, remembered }
}
