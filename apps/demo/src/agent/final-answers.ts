import type { SessionTelemetry } from '../telemetry.ts'
import { newConversationId } from '../telemetry.ts'

/** Emits `codex.agent_response` for each message that the model marks as its final answer, once for each turn. */
export interface FinalAnswers {
  /** Begins a new turn, to which the next items belong. */
  beginTurn(): void
  /** Receives a complete item of an output, as the provider sent it. */
  onItem(item: unknown): void
}

export function createFinalAnswers(telemetry: Pick<SessionTelemetry, 'emit'>): FinalAnswers {
  let turn = newConversationId()
  const emitted = new Set<string>()
  return {
    beginTurn() {
      turn = newConversationId()
      emitted.clear()
    },
    onItem(item) {
      const answer = readFinalAnswer(item)
      if (answer === undefined || emitted.has(answer.itemId)) return
      emitted.add(answer.itemId)
      telemetry.emit('codex.agent_response', { agentType: 'main', turnId: turn, rootTurnId: turn, ...answer })
    },
  }
}

/** Reads a final answer; `undefined` for another item, and for an answer without text, such as a refusal. */
function readFinalAnswer(item: unknown): { itemId: string; response: string } | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const { type, id, role, phase, content } = item as Record<string, unknown>
  if (type !== 'message' || role !== 'assistant' || phase !== 'final_answer') return undefined
  if (typeof id !== 'string' || !Array.isArray(content)) return undefined
  const response = content.map(outputText).join('')
  return response.trim() === '' ? undefined : { itemId: id, response }
}

function outputText(part: { type?: unknown; text?: unknown } | null | undefined): string {
  return part?.type === 'output_text' && typeof part.text === 'string' ? part.text : ''
}
