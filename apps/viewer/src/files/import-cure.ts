/** A file that cannot be read, with what a person can do about it. */
export class Unreadable extends Error {
  readonly cure: string

  constructor(reason: string, cure: string) {
    super(reason)
    this.cure = cure
  }
}

/** What becomes of a line that is not taken. */
export const CURE_OF_LINE = 'the other lines are in; mend this one and add the file again, nothing is added twice'

const CUT_OFF = 'the file was cut off: copy it again; what came before is in, and is not added twice'

/** By the codes of zlib. */
const CURES: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: CUT_OFF,
  Z_DATA_ERROR: 'the gzip is damaged: copy the file again, "gzip -t" checks it',
}

/** What a person can do about an error of reading; `undefined` where that says enough. */
export function cureOf(error: unknown): string | undefined {
  return error instanceof Unreadable ? error.cure : CURES[(error as NodeJS.ErrnoException).code ?? '']
}

export const noOtlp = (start: string): Unreadable =>
  new Unreadable(
    `this is no OTLP: it begins with ${JSON.stringify(start)}`,
    `add what the Collector's file exporter, "codex-otel-viewer export" or an agent's exporter has written, also in gzip`,
  )

export const cutOff = (offset: number): Unreadable =>
  new Unreadable(`the file ends in the middle of the message at byte ${offset}`, CUT_OFF)

export const tooLong = (reason: string): Unreadable =>
  new Unreadable(reason, 'write it in smaller requests, each a line or a message of its own')

export const tooDeep = (times: number): Unreadable =>
  new Unreadable(`it is compressed more than ${times} times, one in another`, 'unpack it with gunzip')
