import { base64Decode } from '@bufbuild/protobuf/wire'
import { MalformedRequest } from '../malformed-request.ts'

/** What JSON.parse made of an object. A key that it does not have is `undefined`, and means the same as `null`. */
export type Json = Record<string, unknown>

const MAX_UINT32 = 0xffff_ffff
const MAX_INT32 = 0x7fff_ffff
const SHORT_INTEGER = /^-?\d{1,15}$/
const HEX = /^[0-9a-f]+$/i
const TRACE_ID = 32
const SPAN_ID = 16
const MAX_SHOWN = 64

function wrong(field: string, expected: string, found: unknown): MalformedRequest {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'an array' : typeof found
  const shown = typeof found === 'string' ? `"${found.slice(0, MAX_SHOWN)}"` : kind
  return new MalformedRequest(`cannot decode ${field} from JSON: expected ${expected}, got ${shown}`)
}

export function object(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(field, 'an object', value)
  return value as Json
}

/** An absent list is empty. */
export function list(value: unknown, field: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrong(field, 'an array', value)
  return value
}

export function text(value: unknown, field: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' || !value.isWellFormed()) throw wrong(field, 'a text of whole characters', value)
  return value
}

export function bool(value: unknown, field: string): boolean {
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw wrong(field, 'true or false', value)
  return value
}

export function double(value: unknown, field: string): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  if (typeof value === 'string' && value !== '' && value.trim().length === value.length) {
    const number = Number(value)
    if (Number.isFinite(number)) return number
  }
  throw wrong(field, 'a number', value)
}

export function optionalDouble(value: unknown, field: string): number | undefined {
  return value === undefined || value === null ? undefined : double(value, field)
}

function integer(value: unknown, field: string, min: number, max: number): number {
  if (value === undefined || value === null) return 0
  let number = value
  if (typeof value === 'string' && value !== '' && value.trim().length === value.length) number = Number(value)
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number
  throw wrong(field, 'an integer of 32 bits', value)
}

export function uint32(value: unknown, field: string): number {
  return integer(value, field, 0, MAX_UINT32)
}

export function int32(value: unknown, field: string): number {
  return integer(value, field, -MAX_INT32 - 1, MAX_INT32)
}

function bigint(value: unknown, field: string): bigint {
  if (typeof value === 'number' || (typeof value === 'string' && value !== '')) {
    try {
      return BigInt(value)
    } catch {}
  }
  throw wrong(field, 'an integer, as a text or a number', value)
}

export function uint64(value: unknown, field: string): bigint {
  if (value === undefined || value === null) return 0n
  const read = bigint(value, field)
  if (read !== BigInt.asUintN(64, read)) throw wrong(field, 'an unsigned integer of 64 bits', value)
  return read
}

/** The nearest number. */
export function uint64Number(value: unknown, field: string): number {
  return Number(uint64(value, field))
}

/** A number where the number is exact, else a bigint. */
export function int64(value: unknown, field: string): number | bigint {
  if (value === undefined || value === null) return 0
  if (typeof value === 'string' && SHORT_INTEGER.test(value)) return Number(value) + 0
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 0
  const read = bigint(value, field)
  if (read !== BigInt.asIntN(64, read)) throw wrong(field, 'an integer of 64 bits', value)
  const number = Number(read)
  return Number.isSafeInteger(number) ? number : read
}

export function blob(value: unknown, field: string): Uint8Array {
  if (value === undefined || value === null || value === '') return new Uint8Array()
  if (typeof value !== 'string') throw wrong(field, 'base64', value)
  try {
    return base64Decode(value)
  } catch {
    throw wrong(field, 'base64', value)
  }
}

/** In lower case. */
function id(value: unknown, field: string, digits: number): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'string' && value.length === digits && HEX.test(value)) return value.toLowerCase()
  throw wrong(field, `${digits} hex digits or an empty text`, value)
}

export function traceId(value: unknown): string {
  return id(value, 'traceId', TRACE_ID)
}

export function spanId(value: unknown, field = 'spanId'): string {
  return id(value, field, SPAN_ID)
}
