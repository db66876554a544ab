import { decodeBinary, decodeJson, encodeBinary, encodeJson } from './otlp-codec.ts'
import type { MessageName, OtlpMessage, OtlpMessageInit } from './otlp-messages.ts'

/** The form of the OTLP message in a body. */
export type Encoding = 'binary' | 'json'

/** @throws Error that names what is malformed; JSON that is not UTF-8 is malformed too */
export function decode<N extends MessageName>(name: N, body: Uint8Array, encoding: Encoding): OtlpMessage<N> {
  return encoding === 'json' ? decodeJson(name, utf8.decode(body)) : decodeBinary(name, body)
}

export function encode<N extends MessageName>(name: N, message: OtlpMessageInit<N>, encoding: Encoding): Uint8Array {
  return encoding === 'json' ? Buffer.from(encodeJson(name, message)) : encodeBinary(name, message)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
