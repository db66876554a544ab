import { bytesField, readProtobuf } from '../otlp/read-protobuf.ts'
import { answerText } from './answer-text.ts'
import { decodeContent } from './decode-content.ts'
import { isJsonObject, namesPartialSuccess, partialSuccessOfJson, readPartialSuccess } from './partial-success.ts'
import type { PartialSuccess } from './transport.ts'

export interface HttpAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Uint8Array
  /** Whether the body was longer than what is read of it. */
  truncated: boolean
  /** In one clause, why `body` could not be decoded and is still as it came. */
  decodingProblem?: string | undefined
}

/** What a 2xx answer is: an OTLP answer, or the reason why it is none. */
export type OtlpAnswer = { partialSuccess: PartialSuccess | undefined } | { notOtlp: string }

/** The answer with its `Content-Encoding` undone; as it came when that is impossible, with the reason. */
export function decodeAnswer(answer: HttpAnswer, maxBytes: number): HttpAnswer {
  const encoding = header(answer, 'content-encoding') ?? ''
  if (answer.truncated) return encoding === '' ? answer : { ...answer, decodingProblem: 'it is cut' }
  const decoded = decodeContent(answer.body, encoding, maxBytes)
  return 'problem' in decoded ? { ...answer, decodingProblem: decoded.problem } : { ...answer, body: decoded.body }
}

/**
 * Reads a decoded 2xx answer. Its bytes decide, and neither its status beyond the 2xx nor its media type: receivers and
 * what stands before them label answers wrongly. These bytes are an answer of an OTLP receiver:
 *
 * - none at all;
 * - a JSON object, whose `partialSuccess` or `partial_success` is read; when the media type names another format, only
 *   one that is empty or has a partial success;
 * - a protobuf message in which field 1, if it is there, is a partial success;
 * - the text `OK`, which receivers in use send.
 *
 * Anything else, such as a web page, a list in JSON, or an echo of the request in protobuf, is no OTLP answer.
 */
export function readOtlpAnswer(answer: HttpAnswer): OtlpAnswer {
  const { body, decodingProblem, truncated } = answer
  if (truncated) return { notOtlp: 'the answer is longer than any OTLP answer' }
  if (body.length === 0) return { partialSuccess: undefined }
  const read = readBytes(body, mediaType(answer))
  if (decodingProblem === undefined) return read
  // The header may name a coding that a proxy has undone already; then the bytes are a whole answer.
  return 'partialSuccess' in read && beginsAsAnswer(body)
    ? read
    : { notOtlp: `the answer cannot be read, ${decodingProblem}` }
}

function readBytes(body: Uint8Array, type: string): OtlpAnswer {
  const text = answerText(body)?.trim()
  if (text === undefined) {
    try {
      return { partialSuccess: readPartialSuccess(body) }
    } catch {
      return { notOtlp: 'the answer cannot be read as protobuf' }
    }
  }
  if (text.startsWith('<')) return { notOtlp: 'the answer is a web page' }
  if (/^"?ok"?$/i.test(text)) return { partialSuccess: undefined }
  const json = parseJson(text)
  try {
    if (isJsonObject(json) && (type === '' || isJson(type) || isOtlpObject(json))) {
      return { partialSuccess: partialSuccessOfJson(json) }
    }
  } catch {
    return { notOtlp: 'the partial success in the answer cannot be read' }
  }
  if (json !== undefined) return { notOtlp: 'the answer is JSON, but not of OTLP' }
  if (isJson(type)) return { notOtlp: 'the answer cannot be read as JSON' }
  return { notOtlp: `the answer is a text of the content type ${quoteType(type)}` }
}

const PARTIAL_SUCCESS_TAG = 0x0a

/** Bytes of a compressed stream can be a protobuf message of unknown fields by chance. */
function beginsAsAnswer(body: Uint8Array): boolean {
  return body[0] === PARTIAL_SUCCESS_TAG || answerText(body) !== undefined
}

/** The receiver's own words in an answer that is not a 2xx; not masked yet, empty when there are none. */
export function readRefusal(answer: HttpAnswer): string {
  const { body, decodingProblem } = answer
  if (decodingProblem !== undefined) return ''
  const text = answerText(body)?.trim()
  if (text === undefined) {
    try {
      return new TextDecoder().decode(bytesField(readProtobuf(body), 2))
    } catch {
      return ''
    }
  }
  if (text.startsWith('<')) return ''
  const json = parseJson(text)
  if (json !== undefined) return readJsonMessage(json) ?? text
  return mediaType(answer) === 'text/plain' ? text : ''
}

export function header(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Receivers put words of their own into an answer that says it is JSON; a page may hold any other object. */
function isOtlpObject(json: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(json).length === 0 || namesPartialSuccess(json)
}

/** `undefined` when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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
/** Whole or not at all: of a piece it could not be told that it is a credential. */
export const quoteType = (type: string): string => (/^[\w/+.-]{1,60}$/.test(type) ? `"${type}"` : '(not shown)')
