import type { Encoding } from '@codex/otlp-receiver'
import type { Store } from '../store/store.ts'

export interface ExportOptions {
  /** JSON lines, or protobuf with the length before each message: both as the Collector's file exporter has them. */
  format: 'json' | 'proto'
  session: string | undefined
  redact: boolean
}

/**
 * Writes records as they came in.
 * @returns how many
 */
export async function exportRecords(
  store: Store,
  { format, session, redact }: ExportOptions,
  write: (bytes: Uint8Array) => Promise<void>,
  onWritten: (records: number) => void = () => {},
): Promise<number> {
  const encoding: Encoding = format === 'json' ? 'json' : 'binary'
  let written = 0
  for await (const { messages, records } of store.export({ encoding, session, redact })) {
    for (const message of messages) await write(format === 'json' ? lineOf(message) : prefixed(message))
    written += records
    onWritten(written)
  }
  return written
}

const lineOf = (message: Uint8Array): Uint8Array => Buffer.concat([message, Buffer.from('\n')])

function prefixed(message: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(4 + message.length)
  framed.writeUInt32BE(message.length)
  framed.set(message, 4)
  return framed
}
