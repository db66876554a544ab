import type { SpoolLoss } from '../spool/spool-loss.ts'
import type { CheckpointStore, RequestStore, RequestStores, StoredRequest } from './request-store.ts'

interface MemoryRequest extends StoredRequest {
  bytes: Uint8Array
}

/** A store without a disk. Its requests outlive a delivery, as on disk, and the next delivery claims them. */
export class MemoryStore implements RequestStore, RequestStores {
  readonly segmentBytes: number = 1024 * 1024
  /** The disk refuses to store while this is `true`. */
  full = false
  /** The largest request that it can store. */
  largest: number = Number.POSITIVE_INFINITY
  /** The disk refuses to read while this is `true`. */
  unreadable = false
  /** Names of the methods that the delivery called, without repetitions. */
  readonly called: Set<string> = new Set()
  readonly checkpoints: CheckpointStore = {
    save: (bytes, records, replacing) => {
      if (replacing) this.acknowledge([...this.saved])
      const stored = this.append(bytes, records)
      if (stored === undefined) return 'no-room'
      this.saved.add(stored)
      return stored
    },
    replace: (bytes, records, following) => {
      this.acknowledge([...this.saved])
      this.saved.clear()
      const stored = this.append(bytes, records)
      if (following !== undefined && stored !== undefined) {
        following.stored = this.append(following.bytes, following.records)
        if (following.stored !== undefined) this.saved.add(following.stored)
      }
      return stored
    },
    drop: () => {
      this.acknowledge([...this.saved])
      this.saved.clear()
    },
    confirm: () => this.onConfirm(),
  }
  /** Called when the delivery looks after its checkpoints. */
  onConfirm: () => void = () => {}
  private readonly saved = new Set<StoredRequest>()
  private readonly own = new Set<MemoryRequest>()
  private readonly left: MemoryRequest[] = []

  destination(): RequestStore {
    return this
  }

  /** Records that are stored, of this delivery and of earlier ones. */
  get records(): number {
    return [...this.own, ...this.left].reduce((sum, request) => sum + request.records, 0)
  }

  append(bytes: Uint8Array, records: number): StoredRequest | undefined {
    this.called.add('append')
    if (this.full || !this.fits(bytes.length)) return undefined
    const request: MemoryRequest = { bytes, length: bytes.length, records, onLost: undefined }
    this.own.add(request)
    return request
  }

  fits(length: number): boolean {
    return length <= this.largest
  }

  read(request: StoredRequest): Uint8Array | undefined {
    this.called.add('read')
    return this.unreadable ? undefined : (request as MemoryRequest).bytes
  }

  acknowledge(requests: readonly StoredRequest[]): void {
    this.called.add('acknowledge')
    for (const request of requests) this.own.delete(request as MemoryRequest)
  }

  claim(): StoredRequest[] | undefined {
    this.called.add('claim')
    const claimed = this.left.splice(0)
    for (const request of claimed) this.own.add(request)
    return claimed.length === 0 ? undefined : claimed
  }

  confirm(): void {
    this.called.add('confirm')
  }

  secure(): void {
    this.called.add('secure')
  }

  end(): void {
    this.called.add('end')
    for (const request of this.own) request.onLost = undefined
    this.left.push(...this.own)
    this.own.clear()
  }

  /** Loses all requests for this reason. */
  lose(reason: SpoolLoss): void {
    const lost = [...this.own]
    this.own.clear()
    for (const request of lost) request.onLost?.(reason)
  }
}
