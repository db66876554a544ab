import { randomBytes } from 'node:crypto'

/** A new UUIDv7 (RFC 9562): 48 bits of time in milliseconds, then random bits. */
export function conversationId(now: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A new id of a turn, made in the same way. */
export const turnId: typeof conversationId = conversationId
