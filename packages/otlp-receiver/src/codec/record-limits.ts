import { MalformedRequest } from './malformed-request.ts'

/** What one record may have. A request with a record above a limit is refused. */
export interface RecordLimits {
  /** Attributes of one record, resource, scope, event, link, exemplar or map, and elements of one list. @default 1,000 */
  attributes: number
  /** Lists and maps within each other. @default 32 */
  depth: number
  /** Attributes, elements of lists, buckets, events, links and exemplars of one record, all together. @default 50,000 */
  values: number
}

export const DEFAULT_RECORD_LIMITS: Readonly<RecordLimits> = { attributes: 1_000, depth: 32, values: 50_000 }

/** Messages within each other may be 100 deep all the same, as with every decoder of protobuf. */
export const UNLIMITED_RECORDS: Readonly<RecordLimits> = {
  attributes: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  values: Number.POSITIVE_INFINITY,
}

const MAX_MESSAGE_DEPTH = 100

/** Counts what one record has against its limits. */
export class Allowance {
  readonly #limits: Readonly<RecordLimits>
  #values = 0

  constructor(limits: Readonly<RecordLimits>) {
    this.#limits = limits
  }

  /** A record, resource or scope begins. */
  begin(): void {
    this.#values = 0
  }

  /** One more value; `inList` counts those of its list or map. */
  take(inList: number): void {
    if (inList > this.#limits.attributes) {
      throw new MalformedRequest(`more than ${this.#limits.attributes} attributes or elements in one place`)
    }
    this.spend()
  }

  /** One more bucket, event, link or exemplar. */
  spend(): void {
    if (++this.#values > this.#limits.values) {
      throw new MalformedRequest(`a record with more than ${this.#limits.values} values`)
    }
  }

  /** `depth` counts messages, `lists` the lists and maps among them. */
  enter(depth: number, lists: number): void {
    if (depth > MAX_MESSAGE_DEPTH) {
      throw new MalformedRequest(`nested deeper than ${MAX_MESSAGE_DEPTH} messages: maximum recursion depth reached`)
    }
    if (lists > this.#limits.depth) throw new MalformedRequest(`values nested deeper than ${this.#limits.depth}`)
  }
}
