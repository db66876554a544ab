import { bytesField, integerField, readProtobuf } from '../otlp/read-protobuf.ts'
import type { PartialSuccess } from './transport.ts'

/**
 * The partial success in a protobuf answer. The answers of the three signals have the same layout: field 1 is the
 * partial success, in it 1 is the number of rejected items and 2 the message.
 *
 * @throws MalformedMessageError when the bytes are not a protobuf message.
 */
export function readPartialSuccess(answer: Uint8Array): PartialSuccess | undefined {
  const partial = bytesField(readProtobuf(answer), 1)
  if (partial === undefined) return undefined
  const fields = readProtobuf(partial)
  const message = new TextDecoder().decode(bytesField(fields, 2) ?? new Uint8Array())
  return presentOrNot(integerField(fields, 1), message)
}

/**
 * The partial success in a JSON answer.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function readJsonPartialSuccess(answer: string): PartialSuccess | undefined {
  const partial = record(record(JSON.parse(answer))?.partialSuccess)
  if (partial === undefined) return undefined
  // 64-bit integers are strings in protobuf's JSON; receivers write numbers too.
  const rejected = Number(partial.rejectedLogRecords ?? partial.rejectedDataPoints ?? partial.rejectedSpans ?? 0)
  const message = typeof partial.errorMessage === 'string' ? partial.errorMessage : ''
  return presentOrNot(Number.isFinite(rejected) ? rejected : 0, message)
}

/** Receivers also send an empty partial success when everything was taken. */
function presentOrNot(rejected: number, message: string): PartialSuccess | undefined {
  return rejected > 0 || message !== '' ? { rejected: Math.max(rejected, 0), message } : undefined
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}
