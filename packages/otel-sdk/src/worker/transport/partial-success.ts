import { bytesField, integerField, type ProtobufField, readProtobuf } from '../otlp/read-protobuf.ts'
import type { PartialSuccess } from './transport.ts'

const REJECTED = 1
const MESSAGE = 2
/** A later version of OTLP will hardly add more fields to its answer; bytes of other formats have numbers beyond it. */
const LARGEST_FIELD = 15

/**
 * The partial success in a protobuf answer. The answers of the three signals have the same layout: field 1 is the
 * partial success, in it 1 is the number of rejected items and 2 the message. Unknown fields are passed over, as
 * receivers of a later version may add some.
 *
 * @throws Error when the bytes are not such a message.
 */
export function readPartialSuccess(answer: Uint8Array): PartialSuccess | undefined {
  const all = readProtobuf(answer)
  if (all.some(({ number }) => number > LARGEST_FIELD)) throw new TypeError('the message has an unlikely field')
  const parts = all.filter(({ number }) => number === 1)
  if (parts.length === 0) return undefined
  // A field that is there more than once is one message, in which later fields win.
  const fields = readProtobuf(Buffer.concat(parts.map(bytesOf)))
  for (const field of fields) {
    if (field.number === REJECTED && typeof field.value !== 'bigint') throw new TypeError('the count is no integer')
    if (field.number === MESSAGE) bytesOf(field)
  }
  const message = new TextDecoder().decode(bytesField(fields, MESSAGE) ?? new Uint8Array())
  return presentOrNot(integerField(fields, REJECTED), message)
}

/** Names in lower camel case, or as they are in the protobuf definition: readers of protobuf's JSON take both. */
const REJECTED_NAMES = [
  'rejectedLogRecords',
  'rejectedDataPoints',
  'rejectedSpans',
  'rejected_log_records',
  'rejected_data_points',
  'rejected_spans',
] as const

/**
 * The partial success in a JSON answer.
 *
 * @throws TypeError when there is one that is not an object.
 */
export function partialSuccessOfJson(answer: Readonly<Record<string, unknown>>): PartialSuccess | undefined {
  const partial = answer.partialSuccess ?? answer.partial_success ?? undefined
  if (partial === undefined) return undefined
  if (!isJsonObject(partial)) throw new TypeError('the partial success is no object')
  const name = REJECTED_NAMES.find(each => partial[each] !== undefined && partial[each] !== null)
  // 64-bit integers are strings in protobuf's JSON; receivers write numbers too.
  const rejected = Number(name === undefined ? 0 : partial[name])
  if (Number.isNaN(rejected)) throw new TypeError('the count is no number')
  const message = partial.errorMessage ?? partial.error_message
  return presentOrNot(rejected, typeof message === 'string' ? message : '')
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Receivers also send an empty partial success when everything was taken. */
function presentOrNot(rejected: number, message: string): PartialSuccess | undefined {
  return rejected > 0 || message !== '' ? { rejected: Math.max(rejected, 0), message } : undefined
}

function bytesOf({ value }: ProtobufField): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('the field holds no bytes')
  return value
}
