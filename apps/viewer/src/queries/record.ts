/** The texts of an event, as its agent's table finds them. */
export interface EventTexts {
  prompt: string | null
  /** Characters of the prompt, which are there also where it was not sent. */
  prompt_length: number | null
  arguments: string | null
  output: string | null
  /** Whether the agent cut the output before it sent it; `null` where it does not say. */
  output_truncated: 0 | 1 | null
  error: string | null
}

export interface RecordRow extends EventTexts {
  event_id: number
  conversation_id: string | null
  time_ms: number
  event_name: string | null
  role: string
  trace_id: string | null
  /** The record in full as it came, as an OTLP message in JSON. */
  otlp: unknown
}

/** Where the record of an event is. The reader of the store takes it out of its chunk. SQLite alone has it. */
export const record: string = `
SELECT e.id AS event_id, v.conversation_id, v.time_ms, v.event_name, v.role, e.place, c.signal, c.encoding, c.body
FROM event e JOIN codex_events v ON v.event_id = e.id JOIN chunk c ON c.id = e.chunk WHERE e.id = :event`
