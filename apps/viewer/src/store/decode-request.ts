import { keepRecords, type RecordOf, type SignalName } from '@codex/otlp-receiver'
import { recordsOf } from './chunk.ts'
import { redactBody } from './redact.ts'
import type { OtlpRequest } from './requests.ts'
import { withWholeCharacters } from './whole-characters.ts'

/** A request with its records read. */
export interface DecodedRequest<S extends SignalName = SignalName> extends OtlpRequest {
  signal: S
  records: readonly RecordOf<S>[]
}

/**
 * Reads the records of a request.
 * @throws Error that names what is malformed
 */
export function decodeRequest(request: OtlpRequest): DecodedRequest {
  const one = request.encoding === 'json' ? { ...request, body: withWholeCharacters(oneLine(request.body)) } : request
  return { ...one, records: recordsOf(one) }
}

/**
 * Reads the records of a request, without what was said and done, and without who it was.
 * @throws Error that names what is malformed, without the texts that it quotes
 */
export function decodeWithoutContent(request: OtlpRequest): DecodedRequest {
  const { encoding, body } = request
  try {
    const whole = encoding === 'json' ? withWholeCharacters(body) : body
    return decodeRequest({ ...request, body: redactBody({ ...request, body: whole }) })
  } catch (error) {
    throw new Error(withoutQuotes(reasonOfMalformed(request) ?? String(error)))
  }
}

/** The request without some of its records, `true` at their places; `undefined` when none is left. */
export function withoutRecords(request: DecodedRequest, leftOut: readonly boolean[]): DecodedRequest | undefined {
  if (!leftOut.includes(true)) return request
  if (!leftOut.includes(false)) return undefined
  const { signal, encoding, body, records } = request
  return {
    signal,
    encoding,
    body: keepRecords(signal, body, encoding, place => leftOut[place] === false),
    records: records.filter((_, place) => leftOut[place] === false),
  }
}

/** The decoder says better what is malformed than what hides the content. */
function reasonOfMalformed(request: OtlpRequest): string | undefined {
  try {
    decodeRequest(request)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const withoutQuotes = (reason: string): string => reason.replace(/[^\s]*".*"[^\s]*/s, '(a text)')

const NEWLINE = 0x0a

/** A chunk has one message a line. */
function oneLine(body: Uint8Array): Uint8Array {
  const message = body.at(-1) === NEWLINE ? body.subarray(0, -1) : body
  return message.includes(NEWLINE) ? Buffer.from(JSON.stringify(JSON.parse(Buffer.from(message).toString()))) : message
}
