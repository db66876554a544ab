import { ATTRIBUTES, DRIVEN, EVENTS, VALUES, withoutNumbers } from './differs-by-nature.ts'
import type { Event, Scenario } from './scenario.ts'

/** The stream, the tools and the rest run side by side; within each the order counts. */
type Group = 'stream' | 'tools' | 'rest' | 'first token'

const groupOf = (name: string): Group => {
  if (name === 'codex.turn_ttft') return 'first token'
  if (/^codex\.(api_request|sse_event|websocket_)/.test(name)) return 'stream'
  return name.startsWith('codex.tool_') ? 'tools' : 'rest'
}

/** Events made comparable: without what differs by nature, each as `name kind` with its attributes, by group. */
export type Comparable = Record<Group, { event: string; attributes: Record<string, string> }[]>

export function comparable(scenario: Scenario, events: readonly Event[]): Comparable {
  const result: Comparable = { stream: [], tools: [], rest: [], 'first token': [] }
  const driven = Object.entries(DRIVEN).find(([prefix]) => scenario.name.startsWith(prefix))?.[1]
  for (const { name, attributes } of events) {
    if (name in EVENTS) continue
    const kept = Object.entries(attributes)
      .filter(([key]) => !(key in ATTRIBUTES))
      .map(([key, typed]): [string, string] => {
        if (key in VALUES) return [key, typed.split(':')[0] as string]
        return [key, driven?.key === key && typed === driven.captured ? driven.ours : withoutNumbers(typed)]
      })
      .sort(([a], [b]) => (a < b ? -1 : 1))
    const kind = attributes['event.kind']?.replace('string:', ' ') ?? ''
    result[groupOf(name)].push({ event: `${name}${kind}`, attributes: Object.fromEntries(kept) })
  }
  return result
}
