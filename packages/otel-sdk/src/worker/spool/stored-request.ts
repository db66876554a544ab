import type { Segment } from './segment.ts'

/** Why a request is no longer in the spool though nobody struck it off. */
export type SpoolLoss =
  /** It had to make room for a newer one. */
  | 'spool-full'
  | 'expired'
  /** Another process took it over, believing this one dead, and delivers it. */
  | 'taken-over'
  /** Somebody deleted the spool. */
  | 'deleted'

/** A request in a segment of ours. */
export interface StoredRequest {
  segment: Segment
  offset: number
  /** Bytes of the request, without what frames it. */
  readonly length: number
  readonly records: number
  done: boolean
  /** Told when the request leaves the spool in another way than by being struck off. */
  onLost: ((reason: SpoolLoss) => void) | undefined
}

/** A segment that another process left. */
export interface TakenSegment {
  segment: Segment
  /** Records of requests that were not written to their end. */
  corruptRecords: number
  /** Whether it is a segment at all. */
  readable: boolean
}
