import type { InputItem } from '../model/responses-api.ts'
import { warn } from '../terminal/messages.ts'
import type { ConversationHead } from './conversation-file.ts'
import type { ConversationStore } from './conversation-store.ts'

export interface KeptConversation {
  /** Whether it is on disk as it stands. */
  readonly isStored: boolean
  /** Stores what was said so far. Where that fails it is said once, and the conversation goes on. */
  store(items: readonly InputItem[]): void
}

export function keepConversation(store: ConversationStore, head: ConversationHead): KeptConversation {
  let isStored = false
  let told = false
  return {
    get isStored() {
      return isStored
    },
    store(items) {
      try {
        store.write({ ...head, items: [...items] })
        isStored = true
      } catch (error) {
        isStored = false
        if (told) return
        told = true
        warn(
          `this conversation is not stored in ${store.directory}, so it cannot be resumed: ${(error as Error).message}. --ephemeral does without.`,
        )
      }
    },
  }
}
