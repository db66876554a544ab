import { ftruncateSync, writeSync, writevSync } from 'node:fs'
import { KIND_OFFSET, REQUEST_HEADER_BYTES, RequestKind, requestHeader } from './segment-format.ts'

/** Writes a request at the end of a segment, or nothing: then it throws. Returns the bytes that it takes. */
export function writeRequest(fd: number, end: number, bytes: Uint8Array, records: number, kind: RequestKind): number {
  const header = requestHeader(bytes, records, kind)
  const expected = header.length + bytes.length
  let written = 0
  try {
    written = writevSync(fd, [header, bytes], end)
  } finally {
    // A full disk takes the beginning of a request; readers would skip it, but it would hold the space.
    if (written < expected) ftruncateSync(fd, end)
  }
  if (written < expected) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
  return expected
}

export interface WrittenRequest {
  bytes: Uint8Array
  records: number
}

/**
 * Writes a request that takes the place of the checkpoints, and behind it the checkpoint that follows them, in one step: both
 * are there, or neither is. Throws where they cannot be written. Returns the bytes that both take.
 */
export function writeJoined(fd: number, end: number, request: WrittenRequest, checkpoint: WrittenRequest): number {
  const frames = [
    requestHeader(request.bytes, request.records, RequestKind.joinedReplacing),
    request.bytes,
    requestHeader(checkpoint.bytes, checkpoint.records, RequestKind.replacingCheckpoint),
    checkpoint.bytes,
  ]
  const expected = frames.reduce((sum, { length }) => sum + length, 0)
  let isDone = false
  try {
    if (writevSync(fd, frames, end) < expected) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
    // Another checkpoint may be written over the one behind it.
    writeSync(fd, Buffer.of(RequestKind.replacing), 0, 1, end + KIND_OFFSET)
    isDone = true
  } finally {
    if (!isDone) ftruncateSync(fd, end)
  }
  return expected
}

/**
 * Moves the last request of a segment to `to`, where only checkpoints are that it replaced, and cuts off what is behind it;
 * it has to fit there. Until the cut the request counts where it was, and the copy as one of the checkpoints.
 * Returns the kind that it has then; `undefined` when it stays where it was. Never throws.
 */
export function moveDown(
  fd: number,
  to: number,
  bytes: Uint8Array,
  records: number,
  kind: RequestKind,
): RequestKind | undefined {
  const header = requestHeader(bytes, records, RequestKind.checkpoint)
  const length = REQUEST_HEADER_BYTES + bytes.length
  try {
    if (writevSync(fd, [header, bytes], to) < length) return undefined
    ftruncateSync(fd, to + length)
  } catch {
    return undefined
  }
  if (kind !== RequestKind.replacing) return RequestKind.checkpoint
  try {
    writeSync(fd, Buffer.of(RequestKind.plain), 0, 1, to + KIND_OFFSET)
    return RequestKind.plain
  } catch {
    return RequestKind.checkpoint
  }
}
