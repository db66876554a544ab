import type { SpooledData } from '../telemetry.ts'
import { UsageError } from '../usage-error.ts'

/** The data on disk that an operator means. */
export interface Choice {
  /** Ids or endpoints; none: what waits for destinations that the configuration no longer names. */
  destinations: readonly string[]
  all: boolean
}

/** @throws UsageError when a destination is not there. */
export function chooseSpooled(data: readonly SpooledData[], { destinations, all }: Choice): SpooledData[] {
  if (all) return [...data]
  if (destinations.length === 0) return data.filter(({ configured }) => !configured)
  for (const word of destinations) {
    if (data.some(found => isMeant(found, word))) continue
    const there = data.map(({ id, endpoint }) => `${id} (${endpoint ?? 'an unknown destination'})`)
    const choices = there.length === 0 ? 'nothing waits there' : `there are ${there.join(', ')}`
    throw new UsageError(`nothing on disk is for the destination ${JSON.stringify(word)}; ${choices}.`)
  }
  return data.filter(found => destinations.some(word => isMeant(found, word)))
}

const isMeant = ({ id, endpoint }: SpooledData, word: string): boolean => word === id || word === endpoint
