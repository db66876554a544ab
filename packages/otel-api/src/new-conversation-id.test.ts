import { afterEach, expect, it, vi } from 'vitest'
import { newConversationId } from './new-conversation-id.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('a new id is a UUIDv7 of now, and another each time', () => {
  vi.useFakeTimers({ now: 0x0193f0a27c1b })
  const ids = Array.from({ length: 100 }, newConversationId)
  for (const id of ids) expect(id).toMatch(/^0193f0a2-7c1b-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(new Set(ids).size).toBe(100)
})

it('ids of a small number of milliseconds have all their digits', () => {
  vi.useFakeTimers({ now: 1 })
  expect(newConversationId()).toMatch(/^00000000-0001-7[\da-f]{3}-/)
})
