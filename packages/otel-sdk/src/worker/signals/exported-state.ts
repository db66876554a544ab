import type { TraceStateMember } from '../../config/effective-config.ts'
import { MAX_TRACE_STATE_LENGTH, MAX_VALUE_LENGTH, mergeTraceState } from '../../config/trace-state.ts'
import type { Scrubber } from '../../content/secrets/scrub.ts'

/**
 * Makes what gives the `tracestate` of exported spans: what came in and what is configured, without secrets. Other programs
 * get it as it came, as the standard says.
 */
export function createExportedState(
  configured: readonly TraceStateMember[],
  scrubber: Scrubber,
): (incoming: string | undefined) => string | undefined {
  let last: { incoming: string | undefined; exported: string | undefined } | undefined
  return incoming => {
    if (last?.incoming !== incoming || last === undefined) {
      const state = mergeTraceState(incoming, configured)
      last = { incoming, exported: state === undefined ? undefined : withoutSecrets(state, scrubber) }
    }
    return last.exported
  }
}

/** Leaves a member out whose key holds a secret, or that is too long without its own. */
function withoutSecrets(state: string, scrubber: Scrubber): string | undefined {
  const members = state.split(',').flatMap(member => {
    const equals = member.indexOf('=')
    const key = member.slice(0, equals)
    const value = scrubber.scrubNamed(key, member.slice(equals + 1))
    return scrubber.scrub(key) === key && value.length <= MAX_VALUE_LENGTH ? [`${key}=${value}`] : []
  })
  while (members.join(',').length > MAX_TRACE_STATE_LENGTH) members.pop()
  return members.length === 0 ? undefined : members.join(',')
}
