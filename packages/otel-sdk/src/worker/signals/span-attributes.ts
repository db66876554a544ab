import type { AttributeValue } from '@codex/otel-api'
import type { CompiledRow } from '../../catalogue/event-table.ts'
import type { DerivedName, SpanType } from '../../catalogue/span-row.ts'
import { type EventTuple, fieldOf } from '../../protocol/event-tuple.ts'
import { type SpanFacts, type SpanOpening, SpanOutcome } from '../../protocol/span-tuple.ts'
import type { CompiledSpan } from './span-types.ts'

/** What is counted while a span is open. */
export interface SpanTally {
  readonly facts: Map<keyof SpanFacts, AttributeValue>
  /** By the field of the token usage. */
  readonly sums: Map<string, number>
  readonly counts: Map<SpanType, number>
  attempts: number
  endpoint: string | undefined
  mcpServer: string | undefined
  below(type: SpanType, by: number): void
}

export function createTally(): SpanTally {
  const counts = new Map<SpanType, number>()
  return {
    facts: new Map(),
    sums: new Map(),
    counts,
    attempts: 0,
    endpoint: undefined,
    mcpServer: undefined,
    below: (type, by) => void counts.set(type, (counts.get(type) ?? 0) + by),
  }
}

const TOKEN_FIELDS = [
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'totalTokens',
]

/** The field with this name; `undefined` where the event does not have it. */
export function fieldNamed(row: CompiledRow, tuple: EventTuple, field: string): unknown {
  const column = row.columnOf.get(field)
  return column === undefined ? undefined : fieldOf(tuple, column)
}

/** Takes from an event of a span what that span, or its turn, counts. */
export function addUsage(tally: SpanTally, turn: SpanTally | undefined, row: CompiledRow, tuple: EventTuple): void {
  const value = (field: string): unknown => fieldNamed(row, tuple, field)
  switch (row.name) {
    case 'codex.api_request': {
      const endpoint = value('endpoint')
      tally.attempts++
      if (typeof endpoint === 'string') tally.endpoint = endpoint
      return
    }
    case 'codex.tool_result': {
      const server = value('mcpServer')
      if (typeof server === 'string' && server !== '') tally.mcpServer = server
      return
    }
    case 'codex.sse_event':
      for (const field of turn === undefined ? [] : TOKEN_FIELDS) {
        const tokens = value(field)
        if (typeof tokens === 'number') turn?.sums.set(field, (turn.sums.get(field) ?? 0) + tokens)
      }
  }
}

/** Whether an MCP server has the tool: the application names it, or says something of the request to it. */
const isMcp = ({ facts, mcpServer }: SpanTally): boolean => mcpServer !== undefined || facts.has('networkTransport')

export interface CompletedSpan {
  spec: CompiledSpan
  tally: SpanTally
  opening: SpanOpening
  outcome: SpanOutcome
  errorType: string | undefined
  toolOutputBytes: number
  set(name: string, value: AttributeValue): void
}

/** Sets what is known of a span at its end, and was not set from its events and facts. */
export function completeAttributes(span: CompletedSpan): void {
  const { opening, set, spec, tally } = span
  const { origin } = opening
  for (const { name, source } of spec.attributes) {
    const value = ((): AttributeValue | undefined => {
      switch (source.from) {
        case 'constant':
          return source.value
        case 'label':
          return opening.label
        case 'origin':
          return origin[source.name]
        case 'sum':
          return tally.sums.get(source.field)
        case 'count':
          return tally.counts.get(source.type) ?? 0
        case 'derived':
          return derive[source.name](span)
        default:
          return undefined
      }
    })()
    if (value !== undefined) set(name, value)
  }
}

const derive: Readonly<Record<DerivedName, (span: CompletedSpan) => AttributeValue | undefined>> = {
  errorType: ({ errorType }) => errorType,
  outcome({ errorType, outcome, tally }) {
    if (outcome === SpanOutcome.processExit) return errorType
    if (outcome === SpanOutcome.aborted) return 'aborted'
    return tally.facts.get('turnOutcome') ?? (outcome === SpanOutcome.failed ? 'failed' : 'completed')
  },
  isStream: ({ tally }) => (tally.facts.has('firstChunkSeconds') ? true : undefined),
  apiType({ tally: { endpoint = '' } }) {
    if (/\/responses\b/.test(endpoint)) return 'responses'
    return /\/chat\/completions\b/.test(endpoint) ? 'chat_completions' : undefined
  },
  toolType: ({ tally }) => (isMcp(tally) ? 'extension' : 'function'),
  mcpMethod: ({ tally }) => (isMcp(tally) ? 'tools/call' : undefined),
  outputTruncated({ tally, toolOutputBytes }) {
    const length = tally.facts.get('outputLength')
    return typeof length === 'number' ? length > toolOutputBytes : undefined
  },
  attempts: ({ tally }) => (tally.attempts === 0 ? undefined : tally.attempts),
}

/** What an attempt failed of: the status code of its answer, or that there was none. */
export function failureOf(row: CompiledRow, tuple: EventTuple): string | undefined {
  if (row.name !== 'codex.api_request' && row.name !== 'codex.websocket_connect') return undefined
  const status = fieldNamed(row, tuple, 'statusCode')
  if (typeof status === 'number' && status >= 400) return String(status)
  if (typeof status === 'number') return undefined
  const success = fieldNamed(row, tuple, 'success')
  const message = fieldNamed(row, tuple, 'errorMessage')
  return success === false || (success === undefined && message !== undefined) ? 'connection_error' : undefined
}
