import { ConversationTotals } from '../metrics/conversation-totals.ts'
import type { Turn } from '../metrics/turn.ts'
import type { ConversationSpans } from '../spans/conversation-spans.ts'

/** What the sessions of one conversation share, whatever their model. */
export interface Conversation {
  toolResults: number
  /** When the current turn began, by `performance.now()`; `undefined` once its first token was seen. */
  awaitingFirstTokenSince: number | undefined
  /** The same, until its first complete message. */
  awaitingFirstMessageSince: number | undefined
  sandboxPolicy: string | undefined
  /** The turns under way, where the application reports their ends. An event belongs to the last of them. */
  readonly turns: Turn[]
  readonly totals: ConversationTotals
  /** Absent where spans are not exported. */
  readonly spans: ConversationSpans | undefined
}

/** A sub-agent adds to the totals of the conversation that started it. */
export function createConversation(
  totals: ConversationTotals = new ConversationTotals(),
  spans?: ConversationSpans,
): Conversation {
  return {
    toolResults: 0,
    awaitingFirstTokenSince: undefined,
    awaitingFirstMessageSince: undefined,
    sandboxPolicy: undefined,
    turns: [],
    totals,
    spans,
  }
}
