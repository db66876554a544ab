import type { SignalName } from '../../catalogue/signals.ts'
import { joinRequests } from '../otlp/join-requests.ts'
import { type RequestPart, splitToFit } from '../otlp/split-request.ts'
import type { PendingRequest } from './delivery-queue.ts'

/** Requests that are sent together, and acknowledged together. */
export interface Batch {
  signal: SignalName
  requests: readonly PendingRequest[]
  /** What is still to be sent: one part, or more where one would be too large. */
  parts: RequestPart[]
}

export function createBatch(
  requests: readonly PendingRequest[],
  signal: SignalName,
  maxBytes: number,
  maxRecords?: number,
): Batch {
  const whole = requests.flatMap(({ bytes, records }) => (bytes === undefined ? [] : [{ bytes, records }]))
  return { signal, requests, parts: joined(whole).flatMap(part => splitToFit(part, signal, maxBytes, maxRecords)) }
}

/** Position of its oldest request among those of this process; `undefined` for a batch of an earlier process. */
export const batchSequence = (batch: Batch): number | undefined => batch.requests[0]?.sequence

/** Whether a batch is of this process; no batch holds requests of this process and of earlier ones. */
export const isOwn = (batch: Batch): boolean => batchSequence(batch) !== undefined

/** Records that are still to be sent. */
export function batchRecords(batch: Batch): number {
  return batch.parts.reduce((sum, part) => sum + part.records, 0)
}

function joined(parts: RequestPart<Uint8Array>[]): RequestPart[] {
  try {
    const bytes = joinRequests(parts.map(part => part.bytes))
    return [{ bytes, records: parts.reduce((sum, part) => sum + part.records, 0) }]
  } catch {
    // One of them is no request: the others are still sent.
    return parts
  }
}
