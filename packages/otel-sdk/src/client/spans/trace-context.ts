import type { TraceContext } from '@codex/otel-api'
import { isVendor, MAX_MEMBERS, MAX_TRACE_STATE_LENGTH } from '../../config/trace-state.ts'
import type { SpanIdWords, TraceIdWords } from '../../protocol/span-tuple.ts'

/** A place in a trace, as numbers. */
export interface ParsedContext {
  readonly traceId: TraceIdWords
  readonly spanId: SpanIdWords
  /** The flags of `traceparent`, of which only bit 0, that the trace is sampled, has a meaning here. */
  readonly flags: number
  /** Absent where none came, or one that is not valid. */
  readonly traceState: string | undefined
}

/** White space around it is passed over; of later versions what follows the flags, too. */
const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
/** More than any version has that is known, or any `tracestate` that is taken: not even looked at. */
const MAX_TRACEPARENT_LENGTH = 512
const MAX_UNREAD_STATE_LENGTH = 64 * 1024

/** The place that W3C Trace Context names; `undefined` for what is none. */
export function parseTraceContext({ traceparent, tracestate }: TraceContext): ParsedContext | undefined {
  if (traceparent.length > MAX_TRACEPARENT_LENGTH) return undefined
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(traceparent.trim()) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return {
    traceId: [word(traceId, 0), word(traceId, 1), word(traceId, 2), word(traceId, 3)],
    spanId: [word(spanId, 0), word(spanId, 1)],
    flags: Number.parseInt(flags, 16),
    traceState: tracestate === undefined ? undefined : readTraceState(tracestate),
  }
}

const word = (hex: string, index: number): number => Number.parseInt(hex.slice(8 * index, 8 * index + 8), 16)

const MEMBER_VALUE = /^[ -~]{0,255}[!-~]$/

/**
 * The members of a `tracestate` that are valid, in their order: of those of one key the first, the first 32, and of these as
 * many as are 512 characters. `undefined` where there are none.
 */
function readTraceState(tracestate: string): string | undefined {
  if (tracestate.length > MAX_UNREAD_STATE_LENGTH) return undefined
  const members = new Map<string, string>()
  for (const part of tracestate.split(',')) {
    const member = part.trim()
    const equals = member.indexOf('=')
    const key = member.slice(0, equals)
    const value = member.slice(equals + 1)
    if (equals > 0 && isVendor(key) && MEMBER_VALUE.test(value) && !/[,=]/.test(value) && !members.has(key)) {
      members.set(key, value)
    }
  }
  const kept = [...members].slice(0, MAX_MEMBERS).map(([key, value]) => `${key}=${value}`)
  while (kept.join(',').length > MAX_TRACE_STATE_LENGTH) kept.pop()
  return kept.length === 0 ? undefined : kept.join(',')
}

/** A place in a trace as W3C Trace Context writes it. */
export function formatTraceparent({ traceId, spanId, flags }: Omit<ParsedContext, 'traceState'>): string {
  return `00-${hex(traceId)}-${hex(spanId)}-${flags & 1 ? '01' : '00'}`
}

const hex = (words: readonly number[]): string => words.map(one => (one >>> 0).toString(16).padStart(8, '0')).join('')
