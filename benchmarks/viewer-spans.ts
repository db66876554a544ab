/** One trace, as large as one that a page has to survive. */
export const SPANS = 80_000
export const TRACE = 'ab'.repeat(16)
const SPANS_IN_REQUEST = 2_000
/** Every so many spans there is one that a person knows. */
const SPANS_OF_A_CHAT = 40

const idOf = (place: number): string => place.toString(16).padStart(16, '0')
const text = (key: string, value: string) => ({ key, value: { stringValue: value } })

/** The requests with its spans: a turn of chats, each with a chain of internal spans below it. */
export function* requestsOfTrace(): Generator<string> {
  const start = Date.UTC(2026, 9, 30)
  const nanoseconds = (ms: number): string => `${BigInt(start + ms) * 1_000_000n}`
  let spans: object[] = []
  for (let place = 1; place <= SPANS; place++) {
    const isTurn = place === 1
    const isChat = place % SPANS_OF_A_CHAT === 2
    const operation = isTurn ? 'invoke_agent' : isChat ? 'chat' : undefined
    spans.push({
      traceId: TRACE,
      spanId: idOf(place),
      parentSpanId: isTurn ? '' : idOf(isChat ? 1 : place - 1),
      name: operation ?? `internal.${place % 97}`,
      kind: 1,
      startTimeUnixNano: nanoseconds(place),
      endTimeUnixNano: nanoseconds(isTurn ? SPANS + 100 : place + 30),
      attributes: operation
        ? [text('gen_ai.operation.name', operation), text('gen_ai.conversation.id', 'large trace')]
        : [],
    })
    if (spans.length < SPANS_IN_REQUEST && place < SPANS) continue
    yield JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
    spans = []
  }
}
