import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Encoding, SignalName } from '@codex/otlp-receiver'

/** One OTLP message with records of one signal. */
export interface OtlpRequest {
  signal: SignalName
  encoding: Encoding
  body: Uint8Array
}

const SIGNAL_OF: Readonly<Record<string, SignalName>> = {
  resourceLogs: 'logs',
  resourceMetrics: 'metrics',
  resourceSpans: 'traces',
}
const OPENING = /^\s*\{\s*"(resourceLogs|resourceMetrics|resourceSpans)"\s*:/
/** How much of a text is looked at for its opening. */
const OPENING_BYTES = 64

/**
 * Reads one JSON document: an OTLP message of any signal, of several, or an array of them.
 * @throws Error that says what else it is
 */
export function readJson(text: Uint8Array): OtlpRequest[] {
  const buffer = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  const opening = OPENING.exec(buffer.toString('latin1', 0, OPENING_BYTES))?.[1]
  // The usual line names one signal first, and the decoder looks at the rest of it.
  if (opening !== undefined && !mentionsAnother(buffer, opening)) {
    return [{ signal: SIGNAL_OF[opening] as SignalName, encoding: 'json', body: buffer }]
  }
  const document: unknown = JSON.parse(buffer.toString())
  const messages = Array.isArray(document) ? document : [document]
  return messages.flatMap(message => {
    const found = Object.keys(SIGNAL_OF).filter(
      key => message !== null && typeof message === 'object' && key in message,
    )
    if (found.length === 0) throw new Error(`no OTLP message: it has none of ${Object.keys(SIGNAL_OF).join(', ')}`)
    return found.map((key): OtlpRequest => {
      const body = Buffer.from(JSON.stringify({ [key]: (message as Record<string, unknown>)[key] }))
      return { signal: SIGNAL_OF[key] as SignalName, encoding: 'json', body }
    })
  })
}

function mentionsAnother(buffer: Buffer, opening: string): boolean {
  return Object.keys(SIGNAL_OF).some(key => key !== opening && buffer.includes(`"${key}"`))
}

/**
 * Reads the body of a request in protobuf. The bytes do not name their signal: it shows in the fields of the first record.
 * @throws Error when they are no OTLP message
 */
export function readBinary(body: Uint8Array): OtlpRequest[] {
  const records = [body]
    .flatMap(bytes => parts(bytes, 1))
    .flatMap(bytes => parts(bytes, 2))
    .flatMap(bytes => parts(bytes, 2))
  if (records.length === 0) return []
  const signal = records.map(signalOf).find(found => found !== undefined)
  if (signal === undefined)
    throw new Error('no OTLP message: its records are neither log records, nor metrics, nor spans')
  return [{ signal, encoding: 'binary', body }]
}

/** The messages in one field. */
function parts(bytes: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = []
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    if (number === field && wireType === WireType.LengthDelimited) found.push(reader.bytes())
    else reader.skip(wireType, number)
  }
  return found
}

function signalOf(record: Uint8Array): SignalName | undefined {
  const seen = new Set<string>()
  const reader = new BinaryReader(record)
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag()
    seen.add(`${number}:${wireType}`)
    reader.skip(wireType, number)
  }
  const has = (number: number, wireType: WireType): boolean => seen.has(`${number}:${wireType}`)
  // Start and end of a span; time or observed time of a log record; name and data of a metric.
  if (has(7, WireType.Bit64) || has(8, WireType.Bit64)) return 'traces'
  if (has(1, WireType.Bit64) || has(11, WireType.Bit64) || has(2, WireType.Varint)) return 'logs'
  if (has(1, WireType.LengthDelimited) && [5, 7, 9, 10, 11].some(data => has(data, WireType.LengthDelimited)))
    return 'metrics'
  return undefined
}
