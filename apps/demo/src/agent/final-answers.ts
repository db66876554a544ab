import type { SessionTelemetry } from '../telemetry.ts'
import { turnId } from './conversation-id.ts'

/** Tells telemetry of the messages that the model marks as its final answer, each once a turn. */
export interface FinalAnswers {
  /** A new turn begins: what comes from now on belongs to it. */
  beginTurn(): void
  /** An item of an output is complete, as the provider sent it. */
  onItem(item: unknown): void
}

export function createFinalAnswers(telemetry: Pick<SessionTelemetry, 'emit'>): FinalAnswers {
  let turn = turnId()
  const told = new Set<string>()
  return {
    beginTurn() {
      turn = turnId()
      told.clear()
    },
    onItem(item) {
      const answer = readFinalAnswer(item)
      if (answer === undefined || told.has(answer.itemId)) return
      told.add(answer.itemId)
      telemetry.emit('codex.agent_response', { agentType: 'main', turnId: turn, rootTurnId: turn, ...answer })
    },
  }
}

/** `undefined` for all that is no final answer, or one without text: a refusal is none. */
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
