import type { Span } from '@codex/otel-api'

const nothing = (): undefined => undefined

/** A span of the application's where spans are not recorded. */
export const UNRECORDED_SPAN: Span = {
  set: nothing,
  event: nothing,
  fail: nothing,
  span: (_name, _attributes, run) => run(UNRECORDED_SPAN),
  traceContext: nothing,
}
