import { inOnePiece, type MessageBytes } from '../otlp/chunks.ts'
import { toOtlpJson } from '../otlp/otlp-json.ts'
import { idsIn } from '../otlp/otlp-requests.fixture.ts'
import { ExportError, type ExportErrorKind } from '../transport/export-error.ts'
import { type ExporterTransport, type ExportResult, toExportResult } from '../transport/transport.ts'

/** The answer of a collector: `ok`, a refusal, or none until the test gives it. */
export type Answer = (ids: number[]) => ExportResult | Promise<ExportResult>

export const ok: Answer = () => ({ status: 'success' })

export const fail =
  (kind: ExportErrorKind, retryable: boolean, retryAfterMs?: number): Answer =>
  () =>
    toExportResult(new ExportError({ kind, message: `${kind} by the test`, retryable, retryAfterMs }))

export const refused: Answer = fail('refused', true)

export class ScriptedTransport implements ExporterTransport {
  /** The first answers; `otherwise` is the answer after them. */
  readonly answers: Answer[]
  otherwise: Answer = ok
  /** The ids of each request that was sent, whatever the answer. */
  readonly sent: number[][] = []
  /** The ids that were accepted. */
  readonly accepted: number[] = []
  readonly bodies: Uint8Array[] = []
  inFlight = 0
  mostInFlight = 0
  isShutDown = false

  constructor(...answers: Answer[]) {
    this.answers = answers
  }

  async send(message: MessageBytes): Promise<ExportResult> {
    const data = inOnePiece(message)
    const ids = idsIn(data[0] === 0x7b ? data : toOtlpJson(data, 'logs'))
    this.sent.push(ids)
    this.bodies.push(data)
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight)
    const result = await (this.answers.shift() ?? this.otherwise)(ids)
    this.inFlight--
    if (result.status === 'success') this.accepted.push(...ids)
    return result
  }

  shutdown(): void {
    this.isShutDown = true
  }
}

/** An answer that comes when the test gives it. */
export function later(): { answer: Answer; give: (result: ExportResult) => void } {
  let give: (result: ExportResult) => void = () => {}
  const promise = new Promise<ExportResult>(resolve => {
    give = resolve
  })
  return { answer: () => promise, give: result => give(result) }
}
