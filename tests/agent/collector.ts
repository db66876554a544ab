import { type Receiver, type ReceiverOptions, startReceiver } from '@codex/otlp-receiver'
import type { Exporter } from './options.ts'

export type Transport = 'http' | 'grpc'

/** As `callIdOf` makes them. */
const CALL_ID = /call:([a-z0-9-]+):(\d+);/g

/** What arrived of the events of one label. */
export interface Tally {
  /** Different ones. */
  arrived: number
  /** Those that arrived more than once. */
  twice: number
}

export const startCollector = (options: ReceiverOptions = {}): Promise<Receiver> =>
  startReceiver({ retain: 'bodies', ...options })

/** The configuration's exporter for a receiver. */
export function exporterFor(
  { logsUrl, grpcUrl }: Pick<Receiver, 'logsUrl' | 'grpcUrl'>,
  transport: Transport,
  more: Readonly<Record<string, unknown>> = {},
): Exporter {
  return transport === 'http'
    ? { 'otlp-http': { endpoint: logsUrl, protocol: 'binary', ...more } }
    : { 'otlp-grpc': { endpoint: grpcUrl, ...more } }
}

/** How often each event was stored: by its label, then by its number. */
export function copiesByLabel(receiver: Receiver): Map<string, Map<number, number>> {
  const labels = new Map<string, Map<number, number>>()
  for (const { body, stored } of receiver.requests) {
    if (!stored) continue
    // Decoding every record of a burst would take longer than the burst.
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
    for (const [, label = '', sequence] of text.matchAll(CALL_ID)) {
      const copies = labels.get(label) ?? new Map<number, number>()
      labels.set(label, copies)
      copies.set(Number(sequence), (copies.get(Number(sequence)) ?? 0) + 1)
    }
  }
  return labels
}

export function copiesOf(receiver: Receiver, label: string): Map<number, number> {
  return copiesByLabel(receiver).get(label) ?? new Map()
}

export function tally(receiver: Receiver, label: string): Tally {
  const copies = copiesOf(receiver, label)
  let twice = 0
  for (const count of copies.values()) if (count > 1) twice++
  return { arrived: copies.size, twice }
}
