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
  // A field that is there more than once is one message. In it a later message wins, and the largest count.
  const fields = readProtobuf(Buffer.concat(parts.map(bytesOf)))
  for (const field of fields) {
    if (field.number === REJECTED && typeof field.value !== 'bigint') throw new TypeError('the count is no integer')
    if (field.number === MESSAGE) bytesOf(field)
  }
  const counts = fields.filter(({ number }) => number === REJECTED).map(field => integerField([field], REJECTED))
  const message = new TextDecoder().decode(bytesField(fields, MESSAGE) ?? new Uint8Array())
  return presentOrNot(Math.max(0, ...counts), message)
}

/** Names without underscores and in lower case: readers of protobuf's JSON take several spellings. */
const PARTIAL_SUCCESS_NAMES: ReadonlySet<string> = new Set(['partialsuccess'])
const REJECTED_NAMES: ReadonlySet<string> = new Set(['rejectedlogrecords', 'rejecteddatapoints', 'rejectedspans'])
const MESSAGE_NAMES: ReadonlySet<string> = new Set(['errormessage'])

/** Whether an object speaks of a partial success, even if it says that there is none. */
export function namesPartialSuccess(answer: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(answer).some(key => PARTIAL_SUCCESS_NAMES.has(plainName(key)))
}

/**
 * The partial success in a JSON answer. Where several spellings of a name are there, the largest count is taken.
 *
 * @throws TypeError when there is one that is not an object, or in it a count or a message of the wrong type.
 */
export function partialSuccessOfJson(answer: Readonly<Record<string, unknown>>): PartialSuccess | undefined {
  let rejected = 0
  let message = ''
  for (const partial of valuesOf(answer, PARTIAL_SUCCESS_NAMES)) {
    if (!isJsonObject(partial)) throw new TypeError('the partial success is no object')
    for (const count of valuesOf(partial, REJECTED_NAMES)) rejected = Math.max(rejected, readCount(count))
    for (const text of valuesOf(partial, MESSAGE_NAMES)) {
      if (typeof text !== 'string') throw new TypeError('the message is no text')
      message ||= text
    }
  }
  return presentOrNot(rejected, message)
}

const plainName = (key: string): string => key.replaceAll('_', '').toLowerCase()

/** The values of the keys with one of these names; in protobuf's JSON `null` stands for an absent field. */
function valuesOf(object: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): unknown[] {
  return Object.entries(object)
    .filter(([key, value]) => value !== null && names.has(plainName(key)))
    .map(([, value]) => value)
}

/** 64-bit integers are texts in protobuf's JSON; receivers write numbers too. */
function readCount(value: unknown): number {
  const isNumeric = typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?(e\+?\d+)?$/i.test(value))
  const count = isNumeric ? Number(value) : Number.NaN
  if (!Number.isInteger(count) || count < 0) throw new TypeError('the count is no whole number')
  return count
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Receivers also send an empty partial success when everything was taken. */
function presentOrNot(rejected: number, message: string): PartialSuccess | undefined {
  return rejected > 0 || message !== '' ? { rejected, message } : undefined
}

function bytesOf({ value }: ProtobufField): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('the field holds no bytes')
  return value
}
