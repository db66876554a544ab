import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs'
import { removeOwnFile } from '../../protocol/own-file.ts'
import { openTakenFile } from './open-own-file.ts'
import { RequestList } from './request-list.ts'
import {
  checkedBytes,
  DELIVERED,
  isCheckpoint,
  MAX_SEGMENT_BYTES,
  offsetBytes,
  REQUEST_HEADER_BYTES,
  RequestKind,
  readSegment,
  SEGMENT_HEADER_BYTES,
  STATE_OFFSET,
  segmentHeader,
  TAKEN_BYTES,
  TAKEN_OFFSET,
  takenFrom,
  takenMark,
} from './segment-format.ts'
import { ownerIn } from './segment-name.ts'
import type { SpoolLoss } from './spool-loss.ts'
import { moveDown, type WrittenRequest, writeJoined, writeRequest } from './write-request.ts'

/** A request in a segment of this process. */
export interface StoredRequest {
  segment: Segment
  offset: number
  /** Bytes of the request, without what frames it. */
  readonly length: number
  readonly records: number
  done: boolean
  /** Whether it stands for what this process still adds up. */
  readonly checkpoint: boolean
  /** Called when the request leaves the spool without being acknowledged. */
  onLost: ((reason: SpoolLoss) => void) | undefined
}

/** A segment of another process that this process took over. */
export interface TakenSegment {
  segment: Segment
  /** Records of requests that were not written to their end. */
  corruptRecords: number
  /** Whether it is a segment at all. */
  readable: boolean
  /** Of its requests those that were to be replaced by others. */
  checkpoints: StoredRequest[]
}

const OPEN_FLAGS = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0)

/** One append-only file of requests. Its methods throw what the file system throws. */
export class Segment {
  readonly path: string
  /** When its first request was written, in milliseconds since the epoch. */
  timeMs: number
  /** In bytes. */
  size: number
  private readonly fd: number
  private readonly inode: number
  private readonly requests = new RequestList<StoredRequest>()
  /** What the header says. */
  private deliveredTo = SEGMENT_HEADER_BYTES
  /** Where the first checkpoint is, those that were replaced included. */
  private checkpointsFrom = SEGMENT_HEADER_BYTES
  /** `false` when a request that is no checkpoint could not be marked as none. */
  takesCheckpoints = true
  private closed = false

  private constructor(path: string, fd: number, inode: number, timeMs: number, size: number) {
    this.path = path
    this.fd = fd
    this.inode = inode
    this.timeMs = timeMs
    this.size = size
  }

  static create(path: string, timeMs: number): Segment {
    const fd = openSync(path, OPEN_FLAGS | constants.O_CREAT | constants.O_EXCL, 0o600)
    try {
      const { ino, mode } = fstatSync(fd)
      // The umask may have taken bits away that the owner needs.
      if ((mode & 0o777) !== 0o600) fchmodSync(fd, 0o600)
      writeSync(fd, segmentHeader(SEGMENT_HEADER_BYTES, timeMs), 0, SEGMENT_HEADER_BYTES, 0)
      return new Segment(path, fd, ino, timeMs, SEGMENT_HEADER_BYTES)
    } catch (error) {
      closeSync(fd)
      removeOwnFile(path)
      throw error
    }
  }

  /**
   * Opens a segment that another process left, under the name that it has now, with the records that were not written to
   * their end. Throws `RefusedFileError` when it is no plain file of this user, and what the file system throws.
   */
  static open(path: string): TakenSegment {
    const { fd, stat } = openTakenFile(path, MAX_SEGMENT_BYTES)
    try {
      if ((stat.mode & 0o777) !== 0o600) fchmodSync(fd, 0o600)
      const file = Buffer.allocUnsafe(stat.size)
      const read = readSync(fd, file, 0, file.length, 0)
      const { timeMs, undelivered, corruptRecords } = readSegment(file.subarray(0, read))
      // The owner reads the mark, should it live after all.
      if (timeMs !== undefined) writeSync(fd, takenMark(read, ownerIn(path)), 0, TAKEN_BYTES, TAKEN_OFFSET)
      const segment = new Segment(path, fd, stat.ino, timeMs ?? stat.mtimeMs, stat.size)
      const checkpoints: StoredRequest[] = []
      for (const request of undelivered) {
        const added = segment.add(request.offset, request.length, request.records)
        if (request.checkpoint) checkpoints.push(added)
      }
      return { segment, corruptRecords, readable: timeMs !== undefined, checkpoints }
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  /** Requests that are not acknowledged, oldest first. */
  get undelivered(): StoredRequest[] {
    return this.requests.open
  }

  /** Those of the undelivered that are checkpoints of this process. */
  get checkpoints(): StoredRequest[] {
    return this.requests.checkpoints
  }

  get empty(): boolean {
    return this.requests.empty
  }

  /** Whether a later process reads the file when a request of so many bytes is appended: it takes no larger one for a segment. */
  hasRoomFor(length: number): boolean {
    return this.size + REQUEST_HEADER_BYTES + length <= MAX_SEGMENT_BYTES
  }

  append(bytes: Uint8Array, records: number, kind: RequestKind = RequestKind.plain): StoredRequest {
    const offset = this.write(bytes, records, kind)
    if (kind === RequestKind.checkpoint && this.requests.checkpoints.length === 0) this.checkpointsFrom = offset
    return this.add(offset, bytes.length, records, isCheckpoint(kind))
  }

  /** Appends a request in place of the checkpoints, behind which nothing else may be, and moves it down over them. */
  replaceCheckpoints(bytes: Uint8Array, records: number, kind: RequestKind): StoredRequest {
    const { checkpoints } = this.requests
    const request = this.append(bytes, records, kind)
    this.requests.finish(checkpoints)
    const to = Math.max(this.checkpointsFrom, this.deliveredTo)
    const length = REQUEST_HEADER_BYTES + bytes.length
    const moved = request.offset - to < length ? undefined : moveDown(this.fd, to, bytes, records, kind)
    if (moved === undefined) return request
    request.offset = to
    this.size = to + length
    this.takesCheckpoints = isCheckpoint(moved) === request.checkpoint
    return request
  }

  /** Appends a request in place of the checkpoints, and the checkpoint that follows them, in one step. */
  replaceAndFollow(request: WrittenRequest, checkpoint: WrittenRequest): [StoredRequest, StoredRequest] {
    const offset = this.size
    const behind = offset + REQUEST_HEADER_BYTES + request.bytes.length
    this.size += writeJoined(this.fd, offset, request, checkpoint)
    this.requests.finish(this.requests.checkpoints)
    this.checkpointsFrom = behind
    return [
      this.add(offset, request.bytes.length, request.records),
      this.add(behind, checkpoint.bytes.length, checkpoint.records, true),
    ]
  }

  /** Stores a request here that is in another segment. `false` when it cannot be read there. */
  adopt(request: StoredRequest): boolean {
    const bytes = request.segment.read(request)
    if (bytes === undefined) return false
    request.offset = this.write(bytes, request.records, RequestKind.plain)
    request.segment = this
    this.requests.add(request)
    return true
  }

  private write(bytes: Uint8Array, records: number, kind: RequestKind): number {
    const offset = this.size
    this.size += writeRequest(this.fd, offset, bytes, records, kind)
    return offset
  }

  /** The request's bytes, or `undefined` when they have changed. */
  read(request: StoredRequest): Uint8Array | undefined {
    const framed = Buffer.allocUnsafe(REQUEST_HEADER_BYTES + request.length)
    const read = readSync(this.fd, framed, 0, framed.length, request.offset)
    return read === framed.length ? checkedBytes(framed) : undefined
  }

  /**
   * Marks requests as delivered. One write covers those before which every request is delivered; a request that overtook
   * another gets a mark of its own. When no request is left, the segment writes nothing: the caller resets or removes it.
   */
  acknowledge(requests: readonly StoredRequest[]): void {
    this.requests.finish(requests)
    if (this.closed || this.empty) return
    const deliveredTo = this.requests.first?.offset ?? this.size
    if (deliveredTo > this.deliveredTo) {
      writeSync(this.fd, offsetBytes(deliveredTo), 0, 8, 8)
      this.deliveredTo = deliveredTo
    }
    for (const { offset } of requests) {
      if (offset >= deliveredTo) writeSync(this.fd, DELIVERED, 0, 1, offset + STATE_OFFSET)
    }
  }

  /** Makes an empty segment small again: the system never writes to the disk what is delivered within seconds. */
  reset(timeMs: number): void {
    this.requests.clear()
    ftruncateSync(this.fd, SEGMENT_HEADER_BYTES)
    writeSync(this.fd, segmentHeader(SEGMENT_HEADER_BYTES, timeMs), 0, SEGMENT_HEADER_BYTES, 0)
    this.timeMs = timeMs
    this.size = SEGMENT_HEADER_BYTES
    this.deliveredTo = SEGMENT_HEADER_BYTES
    this.takesCheckpoints = true
  }

  /** Whether the file is still in its place: another process that takes a segment over renames it. */
  get inPlace(): boolean {
    try {
      return lstatSync(this.path).ino === this.inode
    } catch {
      return false
    }
  }

  /** Up to which offset another process has taken the segment over, in bytes; 0 when none has. */
  get takenTo(): number {
    const mark = Buffer.alloc(TAKEN_BYTES)
    try {
      readSync(this.fd, mark, 0, TAKEN_BYTES, TAKEN_OFFSET)
    } catch {
      // Without the mark, no take-over is known.
    }
    return takenFrom(ownerIn(this.path), mark)
  }

  /** Whether a request ends before this offset. */
  endsBefore({ offset, length }: StoredRequest, end: number): boolean {
    return offset + REQUEST_HEADER_BYTES + length <= end
  }

  /** Leaves the requests before `takenTo` to the process that took them over; the caller has stored the rest elsewhere. */
  truncateTo(takenTo: number): void {
    try {
      if (takenTo > 0) ftruncateSync(this.fd, takenTo)
    } catch {
      // Then requests behind the offset may be sent twice.
    }
    this.close()
  }

  /** Gives up all requests, or some, for `reason`, and calls their `onLost`. */
  lose(reason: SpoolLoss, requests: readonly StoredRequest[] = this.undelivered): void {
    for (const request of requests) {
      this.requests.finish([request])
      request.onLost?.(reason)
    }
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    closeSync(this.fd)
  }

  remove(): void {
    this.close()
    removeOwnFile(this.path, this.inode)
  }

  private add(offset: number, length: number, records: number, checkpoint = false): StoredRequest {
    const request: StoredRequest = {
      segment: this,
      offset,
      length,
      records,
      checkpoint,
      done: false,
      onLost: undefined,
    }
    this.requests.add(request)
    return request
  }
}
