import type { Segment, StoredRequest } from './segment.ts'

/**
 * Gives up a segment that is no longer in its place: calls `onLost` of the requests that another process took over or that
 * another program deleted, and has `storeAgain` store those in another segment that no other process has.
 */
export function giveUpSegment(segment: Segment, storeAgain: (requests: readonly StoredRequest[]) => void): void {
  const { takenTo, undelivered } = segment
  segment.lose(
    'taken-over',
    undelivered.filter(request => segment.endsBefore(request, takenTo)),
  )
  const left = undelivered.filter(request => !segment.endsBefore(request, takenTo))
  // What a checkpoint says is in memory.
  segment.lose(
    'deleted',
    left.filter(({ checkpoint }) => checkpoint),
  )
  const kept = left.filter(({ checkpoint }) => !checkpoint)
  storeAgain(kept)
  segment.lose(
    'deleted',
    kept.filter(request => request.segment === segment),
  )
  segment.truncateTo(takenTo)
}
