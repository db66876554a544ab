/** A request whose message is malformed, or has more in one place than its limits allow. The message says what and where. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest'

  /** What a decoder threw, with its message. */
  static from(error: unknown): MalformedRequest {
    if (error instanceof MalformedRequest) return error
    return new MalformedRequest(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
