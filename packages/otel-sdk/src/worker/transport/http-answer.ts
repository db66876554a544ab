import { bytesField, readProtobuf } from '../otlp/read-protobuf.ts'
import { readJsonPartialSuccess, readPartialSuccess } from './partial-success.ts'
import type { PartialSuccess } from './transport.ts'

export interface HttpAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Uint8Array
  /** Whether the body was longer than what is read of it. */
  truncated: boolean
}

const BRACE = 0x7b

/** What a 2xx answer says: an OTLP answer, or the reason why it is none. */
export type OtlpAnswer = { partialSuccess: PartialSuccess | undefined } | { notOtlp: string }

/**
 * Reads a 2xx answer. The specification wants the answer in the request's format; receivers in use send nothing at
 * all, `{}` to a protobuf request, or `OK`, and have taken the data: these count as an answer. A page does not.
 */
export function readOtlpAnswer(answer: HttpAnswer): OtlpAnswer {
  if (answer.truncated) return { notOtlp: 'the answer is longer than any OTLP answer' }
  if (answer.body.length === 0) return { partialSuccess: undefined }
  // Asked for as it is; a receiver that compresses all the same is not worth a decompressor.
  if ((header(answer, 'content-encoding') ?? 'identity') !== 'identity') return { partialSuccess: undefined }
  const type = mediaType(answer)
  const text = () => new TextDecoder().decode(answer.body)
  if (type === 'text/html') return { notOtlp: 'the answer is a web page' }
  // Some receivers name no type; then the first byte tells, for no protobuf message begins with a brace.
  const json = isJson(type) || (type === '' && answer.body[0] === BRACE)
  try {
    if (json) return { partialSuccess: readJsonPartialSuccess(text()) }
    if (isProtobuf(type) || type === '') return { partialSuccess: readPartialSuccess(answer.body) }
  } catch {
    return { notOtlp: `the answer cannot be read as ${json ? 'JSON' : 'protobuf'}` }
  }
  return /^"?ok"?$/i.test(text().trim())
    ? { partialSuccess: undefined }
    : { notOtlp: `the answer has the content type ${quoteType(type)}` }
}

/** The receiver's own words in an answer that is not a 2xx; not masked yet, empty when there are none. */
export function readRefusal(answer: HttpAnswer): string {
  const type = mediaType(answer)
  try {
    if (isProtobuf(type)) return decode(bytesField(readProtobuf(answer.body), 2))
    const text = decode(answer.body)
    if (isJson(type)) return readJsonMessage(JSON.parse(text)) ?? text
    return type === 'text/plain' ? text : ''
  } catch {
    return ''
  }
}

export function header(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function readJsonMessage(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { message, error } = value as { message?: unknown; error?: unknown }
  if (typeof message === 'string') return message
  return typeof error === 'string' ? error : readJsonMessage(error)
}

function mediaType(answer: HttpAnswer): string {
  return (header(answer, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json')
const isProtobuf = (type: string): boolean => /^application\/(x-)?(protobuf|google-protobuf|octet-stream)$/.test(type)
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)
const quoteType = (type: string): string => `"${type.replace(/[^\w/+.-]/g, '').slice(0, 60)}"`
