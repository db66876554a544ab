import { SpanKind, type SpanOrigin } from '../../protocol/span-tuple.ts'
import { NO_LINKS, OpenSpan, type Trace } from './open-span.ts'

export const ORIGIN: SpanOrigin = {
  conversationId: 'c',
  sessionId: 's',
  agentName: 'codex-cli',
  authMode: undefined,
  originator: 'codex_exec',
  terminalType: 'dumb',
  traceState: 'a=b',
}

const TRACE: Trace = { id: [1, 2, 3, 0xffffffff], flags: 1, offsetMs: 1_700_000_000_000, remoteParent: undefined }

/** A span with this number, as a test opens it: a turn that has nothing above it. */
export function openSpan(number: number, given: Partial<OpenSpan> = {}): OpenSpan {
  const { idHigh = 5, idLow = number, kind = SpanKind.turn, label = 'codex-cli', links = NO_LINKS } = given
  const { origin = ORIGIN, parent, root, startedAt = 1_000.5, trace = TRACE } = given
  return new OpenSpan(number, kind, trace, idHigh, idLow, label, origin, parent, root, links, startedAt)
}
