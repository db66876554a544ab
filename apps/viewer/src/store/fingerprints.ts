import { hash } from 'node:crypto'
import type { RecordOf, SignalName } from '@codex/otlp-receiver'

type AnyRecord = RecordOf<SignalName>

/** Tells records apart that differ in anything: their resource and their scope count as well. */
export class Fingerprints {
  private readonly origins = new WeakMap<object, string>()

  of({ resource, scope, ...own }: AnyRecord): string {
    return hash(
      'sha1',
      `${this.originOf(resource)}${this.originOf(scope)}${JSON.stringify(own, writeExactly)}`,
      'base64',
    )
  }

  /** Resource and scope are shared by the records of a request. */
  private originOf(origin: object): string {
    let known = this.origins.get(origin)
    if (known === undefined) {
      known = hash('sha1', JSON.stringify(origin, writeExactly), 'base64')
      this.origins.set(origin, known)
    }
    return known
  }
}

/** Two equal values give one text, in whichever order their properties were made. */
function writeExactly(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  // JSON has no such numbers.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
