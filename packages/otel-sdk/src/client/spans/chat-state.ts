import type { Chat } from './conversation-spans.ts'

export const isAnswered = (chat: Chat): boolean =>
  !chat.isStreamed && !chat.attempting && chat.answeredAt !== undefined && chat.errorType === undefined

export const isAny = (): boolean => true

export const isUnstreamed = (chat: Chat): boolean => !chat.isStreamed

/** Its stream is observed, and no request was seen. */
export const isUnasked = (chat: Chat): boolean => chat.isStreamed && chat.answeredAt === undefined

/** An attempt of it is under way; the messages of a WebSocket may be asked for before the request is sent. */
export const isBeingMade = (chat: Chat): boolean => chat.attempting || isUnasked(chat)

/** An attempt was answered. */
export function answered(chat: Chat, status: unknown): void {
  const ok = typeof status === 'number' && status >= 200 && status < 400
  chat.attempting = false
  chat.answeredAt = performance.now()
  chat.errorType = ok ? undefined : (errorStatus(status) ?? '_OTHER')
}

const errorStatus = (status: unknown): string | undefined =>
  Number.isInteger(status) && (status as number) >= 100 && (status as number) < 1000 ? String(status) : undefined

/** An attempt failed without an answer. */
export function failed(chat: Chat, errorType: string): void {
  chat.attempting = false
  chat.answeredAt = performance.now()
  chat.errorType = errorType
}
