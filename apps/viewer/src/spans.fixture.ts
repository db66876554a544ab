import { expect } from 'vitest'
import type { Store } from './store/store.ts'

export const TRACE: string = 'ab'.repeat(16)

export interface TestSpan {
  /** Its number, which its id is made of. */
  id: number
  parent?: number
  name?: string
  /** Milliseconds after the trace began. */
  start?: number
  duration?: number
  /** The text of its error. */
  error?: string
  attributes?: Record<string, string>
  events?: { name: string; at: number }[]
  links?: string[]
}

/** The span's id in hex. */
export const spanId = (id: number): string => id.toString(16).padStart(16, '0')

const SPANS_IN_REQUEST = 2_000

/** Stores the spans of one trace. */
export async function storeSpans(
  store: Store,
  spans: readonly TestSpan[],
  begun: number = Date.now() - 60_000,
): Promise<void> {
  const nanoseconds = (ms: number): string => `${BigInt(Math.round((begun + ms) * 1_000)) * 1_000n}`
  const attributesOf = (all: Record<string, string>): unknown[] =>
    Object.entries(all).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  for (let from = 0; from < spans.length; from += SPANS_IN_REQUEST) {
    const part = spans.slice(from, from + SPANS_IN_REQUEST).map(span => ({
      traceId: TRACE,
      spanId: spanId(span.id),
      parentSpanId: span.parent === undefined ? '' : spanId(span.parent),
      name: span.name ?? `span ${span.id}`,
      kind: 1,
      startTimeUnixNano: nanoseconds(span.start ?? span.id),
      endTimeUnixNano: nanoseconds((span.start ?? span.id) + (span.duration ?? 10)),
      status: span.error === undefined ? {} : { code: 2, message: span.error },
      attributes: attributesOf(span.attributes ?? {}),
      events: (span.events ?? []).map(({ name, at }) => ({ name, timeUnixNano: nanoseconds(at), attributes: [] })),
      links: (span.links ?? []).map(traceId => ({ traceId, spanId: spanId(1) })),
    }))
    const body = new Uint8Array(Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: part }] }] })))
    expect(await store.store({ signal: 'traces', encoding: 'json', body })).not.toHaveProperty('malformed')
  }
}
