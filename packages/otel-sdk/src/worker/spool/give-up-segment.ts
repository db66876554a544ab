import type { Segment } from './segment.ts'

/**
 * Gives up a segment that is no longer in its place: calls `onLost` of the requests that another process took over or that
 * another program deleted, and stores those again that no other process has. `attempt` runs what it is given, which takes
 * the function that makes their new segment.
 */
export function giveUpSegment(
  segment: Segment,
  attempt: (store: (createSegment: () => Segment) => void) => void,
): void {
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
  if (kept.length > 0) {
    attempt(createSegment => {
      const target = createSegment()
      for (const request of kept) target.adopt(request)
    })
  }
  segment.lose(
    'deleted',
    kept.filter(request => request.segment === segment),
  )
  segment.truncateTo(takenTo)
}
