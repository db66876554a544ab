import type { InputItem } from '../model/responses-api.ts'
import type { TraceContext } from '../telemetry.ts'
import { warn } from '../terminal/messages.ts'
import type { ConversationHead } from './conversation-file.ts'
import type { ConversationStore } from './conversation-store.ts'

export interface KeptConversation {
  /** Whether the latest state of the conversation is on disk. */
  readonly isStored: boolean
  /**
   * Stores the items of the conversation so far, and the place of its latest turn in a trace. The first failure prints a
   * warning; the conversation continues.
   */
  store(items: readonly InputItem[], lastTurn: TraceContext | undefined): void
}

export function keepConversation(store: ConversationStore, head: ConversationHead): KeptConversation {
  let isStored = false
  let warned = false
  return {
    get isStored() {
      return isStored
    },
    store(items, lastTurn) {
      try {
        store.write({ ...head, ...(lastTurn && { lastTurn }), items: [...items] })
        isStored = true
      } catch (error) {
        isStored = false
        if (warned) return
        warned = true
        warn(
          `this conversation is not stored in ${store.directory}, so it cannot be resumed: ${(error as Error).message}. --ephemeral does without.`,
        )
      }
    },
  }
}
