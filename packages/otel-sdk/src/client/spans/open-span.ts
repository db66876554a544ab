import type {
  SpanIdWords,
  SpanKind,
  SpanLink,
  SpanOpening,
  SpanOrigin,
  TraceIdWords,
} from '../../protocol/span-tuple.ts'

/** What the spans of one trace share. */
export interface Trace {
  readonly id: TraceIdWords
  readonly flags: number
  /** Wall time minus `performance.now()` at its root: no change of the clock turns spans over. */
  readonly offsetMs: number
  /** The span of another process that its roots are below. */
  readonly remoteParent: SpanIdWords | undefined
}

export const NO_LINKS: readonly SpanLink[] = []

/** A span that was opened: all of it that the application's thread has to do with. */
export class OpenSpan {
  readonly number: number
  readonly kind: SpanKind
  readonly trace: Trace
  /** Its id, in two numbers of 32 bits with a sign: the engine holds these without an object for each. */
  readonly idHigh: number
  readonly idLow: number
  readonly label: string
  readonly origin: SpanOrigin
  readonly parent: OpenSpan | undefined
  /** The turn, or the root, that it counts in; absent where it is one. */
  readonly root: OpenSpan | undefined
  readonly links: readonly SpanLink[]
  /** By `performance.now()`. */
  readonly startedAt: number
  /** Spans below it, where it is a root. */
  below = 0
  dropped = 0
  isOpen = true
  /** Ends it when the process ends; by default as `process_exit`. */
  onExit: (() => void) | undefined = undefined
  /** The number of the last chunk that it was opened in; 0 where nothing has named it yet. */
  openedIn = 0
  /** Its neighbours among the spans that are open. */
  before: OpenSpan | undefined = undefined
  after: OpenSpan | undefined = undefined

  constructor(
    number: number,
    kind: SpanKind,
    trace: Trace,
    idHigh: number,
    idLow: number,
    label: string,
    origin: SpanOrigin,
    parent: OpenSpan | undefined,
    root: OpenSpan | undefined,
    links: readonly SpanLink[],
    startedAt: number,
  ) {
    this.number = number
    this.kind = kind
    this.trace = trace
    this.idHigh = idHigh
    this.idLow = idLow
    this.label = label
    this.origin = origin
    this.parent = parent
    this.root = root
    this.links = links
    this.startedAt = startedAt
  }

  get isSampled(): boolean {
    return (this.trace.flags & 1) === 1
  }

  get spanId(): SpanIdWords {
    return [this.idHigh >>> 0, this.idLow >>> 0]
  }

  /** In milliseconds since the epoch, what `performance.now()` gave while it was open. */
  timeOf(now: number): number {
    return this.trace.offsetMs + now
  }

  /** What opens it, as the worker gets it. */
  opening(): SpanOpening {
    const { kind, label, links, number: id, origin, parent, trace } = this
    return {
      type: 'open',
      id,
      timeMs: this.timeOf(this.startedAt),
      kind,
      traceId: trace.id,
      spanId: this.spanId,
      parentSpanId: parent?.spanId ?? trace.remoteParent,
      parentRemote: parent === undefined && trace.remoteParent !== undefined,
      flags: trace.flags,
      label,
      origin,
      links,
    }
  }
}
