import { DEFAULT_RECORD_LIMITS, type RecordLimits, UNLIMITED_RECORDS } from '../codec/record-limits.ts'

/** What one server takes. Above a limit a request is refused, with the status that says so. */
export interface ServerLimits {
  /** Bytes of one body as received. Above: 413 or RESOURCE_EXHAUSTED. @default 20 MiB */
  receivedBytes: number
  /** Bytes of one body after decompression, which stops there. Above: 413 or RESOURCE_EXHAUSTED. @default 64 MiB */
  decodedBytes: number
  /** Requests served at once, over all ports. Above: 429 or UNAVAILABLE, with a time to wait. @default 64 */
  requests: number
  /** Bytes of all bodies held at once, until `onBatch` has settled. Above: 429 or UNAVAILABLE. @default 256 MiB */
  heldBytes: number
  /** Milliseconds from the head of a request to the end of its body. Above: 408 or DEADLINE_EXCEEDED. @default 30,000 */
  requestTimeoutMs: number
  /** Milliseconds that a connection may be open without a request in work; then it is closed. @default 120,000 */
  idleTimeoutMs: number
  /** What one record may have, when `batch.forEach` decodes it. Above: 400 or INVALID_ARGUMENT. @default RecordLimits says it */
  record: Readonly<RecordLimits>
  /** Connections of one port. Further ones are closed at once. @default 256 */
  connections: number
}

const MIB = 1024 * 1024

const DEFAULT_LIMITS: Readonly<ServerLimits> = {
  receivedBytes: 20 * MIB,
  decodedBytes: 64 * MIB,
  requests: 64,
  heldBytes: 256 * MIB,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 120_000,
  connections: 256,
  record: DEFAULT_RECORD_LIMITS,
}

/** Limits of which any may be left out. */
export type GivenLimits = Partial<Omit<ServerLimits, 'record'>> & { record?: Partial<RecordLimits> }

/** @throws RangeError that names the limit */
export function withDefaults(limits: GivenLimits = {}): ServerLimits {
  const { record, ...own } = limits
  return {
    ...fill('limits', DEFAULT_LIMITS, own),
    record: fill('limits.record', DEFAULT_RECORD_LIMITS, record),
  }
}

function fill<T extends object>(what: string, defaults: T, given: Partial<T> = {}): T {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaults)) {
      throw new RangeError(`${what}: "${name}" is not known; there are ${Object.keys(defaults).join(', ')}`)
    }
    if (!(typeof value === 'number' && value > 0)) {
      throw new RangeError(`${what}: "${name}" is ${value}; give a number above 0, or Infinity for none`)
    }
  }
  return { ...defaults, ...given }
}

export const WITHOUT_LIMITS: Readonly<ServerLimits> = {
  receivedBytes: Number.POSITIVE_INFINITY,
  decodedBytes: Number.POSITIVE_INFINITY,
  requests: Number.POSITIVE_INFINITY,
  heldBytes: Number.POSITIVE_INFINITY,
  requestTimeoutMs: Number.POSITIVE_INFINITY,
  idleTimeoutMs: Number.POSITIVE_INFINITY,
  connections: Number.POSITIVE_INFINITY,
  record: UNLIMITED_RECORDS,
}
