import { type MessageName, otlpMessages } from './otlp-messages.ts'

/** A field of a message, as the table of the messages has it. */
export interface MessageField {
  /** As in JSON. */
  name: string
  type: string
  /** Whether the type is a message. */
  message: boolean
  repeated: boolean
}

const fields = new Map<MessageName, ReadonlyMap<number, MessageField>>()

/** The fields of a message by their numbers. */
export function fieldsOf(name: MessageName): ReadonlyMap<number, MessageField> {
  let found = fields.get(name)
  if (!found) {
    const specs = Object.entries(otlpMessages[name] ?? {}) as [string, readonly [number, string, string?]][]
    found = new Map(
      specs.map(([field, [number, written]]) => {
        const type = written.replace(/\[\]$|\?$/, '')
        return [number, { name: field, type, message: type in otlpMessages, repeated: written.endsWith('[]') }]
      }),
    )
    fields.set(name, found)
  }
  return found
}
