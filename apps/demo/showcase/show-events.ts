import type { ReceivedLog } from '@codex/otlp-receiver'

/** The events of the requests of a conversation, and the attribute that marks a failed request. */
export interface Expected {
  requests: readonly string[]
  failed: { name: string; attribute: string; value?: string }
}

export const OVER_HTTP: Expected = {
  requests: ['codex.api_request'],
  failed: { name: 'codex.api_request', attribute: 'attempt', value: '1' },
}
export const ON_WEBSOCKET: Expected = {
  requests: ['codex.websocket_connect', 'codex.websocket_request'],
  failed: { name: 'codex.sse_event', attribute: 'error.message' },
}

const MAIN_EVENTS = [
  'codex.conversation_starts',
  'codex.user_prompt',
  'codex.sse_event',
  'codex.tool_decision',
  'codex.tool_result',
]

/** The attributes that are shown of each event. */
const SHOWN_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'codex.conversation_starts': ['provider_name', 'approval_policy', 'sandbox_policy'],
  'codex.user_prompt': ['prompt_length', 'prompt'],
  'codex.api_request': ['attempt', 'http.response.status_code', 'error.message', 'duration_ms'],
  'codex.sse_event': ['event.kind', 'input_token_count', 'output_token_count', 'error.message', 'duration_ms'],
  'codex.tool_decision': ['tool_name', 'decision', 'source'],
  'codex.tool_result': ['tool_name', 'success', 'arguments', 'duration_ms'],
  'codex.websocket_connect': ['success', 'http.response.status_code', 'error.message', 'duration_ms'],
  'codex.websocket_request': ['success', 'auth.connection_reused', 'duration_ms'],
  'codex.turn_ttft': ['duration_ms'],
  'codex.startup_phase': ['startup.phase', 'duration_ms'],
}

const textOf = (event: ReceivedLog, attribute: string): string | undefined => {
  const value = event.attributes[attribute]?.value
  return value === undefined ? undefined : String(value)
}

/** Prints one line for each event; successive plain stream events share a line. */
export function showEvents(events: readonly ReceivedLog[], say: (text: string) => void): void {
  let folded = 0
  const unfold = (): void => {
    if (folded > 0) say(`  ${'codex.sse_event'.padEnd(26)} ${folded} more of the stream`)
    folded = 0
  }
  for (const event of events) {
    const kind = textOf(event, 'event.kind')
    if (event.eventName === 'codex.sse_event' && kind !== undefined && kind !== 'response.completed') {
      folded++
      continue
    }
    unfold()
    const details = (SHOWN_ATTRIBUTES[event.eventName] ?? [])
      .map(attribute => [attribute, textOf(event, attribute)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([attribute, value]) => `${attribute}=${shorten(value as string)}`)
    say(`  ${event.eventName.padEnd(26)} ${details.join('  ')}`)
  }
  unfold()
  const last = events.at(-1)
  if (last === undefined) return
  say('\n  Every one of them carries, for example:')
  const common = ['event.timestamp', 'conversation.id', 'app.version', 'originator', 'terminal.type', 'model', 'slug']
  for (const attribute of common) say(`    ${attribute.padEnd(24)} ${textOf(last, attribute)}`)
}

/** The events and attributes that the conversation should have exported and did not. */
export function missingFrom(events: readonly ReceivedLog[], { requests, failed }: Expected): string[] {
  const names = new Set(events.map(event => event.eventName))
  const missing = [...MAIN_EVENTS, ...requests].filter(name => !names.has(name)).map(name => `no ${name}`)
  const some = (name: string, attribute: string, value?: string): boolean =>
    events.some(event => {
      const found = event.eventName === name ? textOf(event, attribute) : undefined
      return found !== undefined && (value === undefined || found === value)
    })
  if (!some('codex.tool_decision', 'decision', 'approved')) missing.push('no approved tool call')
  if (!some('codex.tool_decision', 'decision', 'denied')) missing.push('no denied tool call')
  if (!some(failed.name, failed.attribute, failed.value)) missing.push('no retried request')
  return missing
}

const shorten = (text: string): string => {
  const line = text.replaceAll('\n', ' ')
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}
