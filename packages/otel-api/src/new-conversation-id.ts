/** A new UUIDv7 (RFC 9562): sorted by the time of its making. For a conversation, or for what else wants an id of that kind. */
export function newConversationId(): string {
  const time = Date.now().toString(16).padStart(12, '0').replace(/.{4}$/, '-$&')
  // The bits behind the version are random, and the variant is the same as in a UUIDv4.
  return `${time}-7${crypto.randomUUID().slice(15)}`
}
