/** Attributes as JSON has them: integers that a number cannot hold are texts, bytes are hex. */
export type PlainAttributes = Record<string, unknown>

/** A span in full, as it came in. Times are milliseconds. */
export interface SpanRecordRow {
  trace_id: string
  span_id: string
  parent_id: string | null
  name: string
  kind: string
  start_ms: number
  status: string
  status_message: string
  attributes: PlainAttributes
  dropped_attributes: number
  events: { time_ms: number; name: string; attributes: PlainAttributes }[]
  dropped_events: number
  links: { trace_id: string; span_id: string; attributes: PlainAttributes }[]
  resource: PlainAttributes
  scope: string
}
