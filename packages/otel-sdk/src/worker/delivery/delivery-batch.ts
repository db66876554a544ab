import type { SignalName } from '../../catalogue/signals.ts'
import { countRecords } from '../otlp/count-records.ts'
import { joinRequests } from '../otlp/join-requests.ts'
import { splitRequest } from '../otlp/split-request.ts'
import type { PendingRequest } from './delivery-queue.ts'

/** One request on the wire. */
export interface Piece {
  bytes: Uint8Array
  records: number
}

/** Requests that are sent together, and acknowledged together. */
export interface Batch {
  requests: readonly PendingRequest[]
  /** What is still to be sent: one piece, or more where one would be too large. */
  pieces: Piece[]
}

export function createBatch(requests: readonly PendingRequest[], signal: SignalName, maxBytes: number): Batch {
  const parts = requests.flatMap(({ bytes, records }) => (bytes === undefined ? [] : [{ bytes, records }]))
  return { requests, pieces: joined(parts).flatMap(piece => splitToFit(piece, signal, maxBytes)) }
}

/** Whether it is of this process; batches do not mix. */
export const isOwn = (batch: Batch): boolean => batch.requests[0]?.sequence !== undefined

export function batchRecords(batch: Batch): number {
  return batch.pieces.reduce((sum, piece) => sum + piece.records, 0)
}

/** The halves of a piece; `undefined` when it has only one record. */
export function splitPiece(piece: Piece, signal: SignalName): Piece[] | undefined {
  try {
    return splitRequest(piece.bytes, signal)?.map(bytes => ({ bytes, records: countRecords(bytes, signal) }))
  } catch {
    return undefined
  }
}

function joined(parts: Piece[]): Piece[] {
  try {
    const bytes = joinRequests(parts.map(part => part.bytes))
    return [{ bytes, records: parts.reduce((sum, part) => sum + part.records, 0) }]
  } catch {
    // One of them is no request: it must not take the others with it.
    return parts
  }
}

/** The piece itself, or parts of it no larger than `maxBytes`; only a single record may be larger. */
export function splitToFit(piece: Piece, signal: SignalName, maxBytes: number): Piece[] {
  if (piece.bytes.length <= maxBytes) return [piece]
  return splitPiece(piece, signal)?.flatMap(half => splitToFit(half, signal, maxBytes)) ?? [piece]
}
