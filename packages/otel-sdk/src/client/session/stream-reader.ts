import type { StreamProtocolName } from '@codex/otel-api'
import { ANTHROPIC } from './protocols/anthropic.ts'
import { CHAT } from './protocols/chat.ts'
import { errorText, RESPONSES } from './protocols/responses.ts'
import {
  field,
  isText,
  NOTHING,
  type ProtocolReader,
  type StreamEvent,
  type StreamFinding,
  type StreamProtocol,
} from './protocols/stream-protocol.ts'

export interface StreamReading {
  /** The event's name; without one the type in its data, and without that the stream's word for such events. */
  kind: string
  /** Whether the data is JSON, or the end mark `[DONE]`. */
  isJson: boolean
  finding: StreamFinding
}

const PROTOCOLS: readonly StreamProtocol[] = [RESPONSES, CHAT, ANTHROPIC]

/**
 * Reads the events of one response in the protocol that is named, or else in the protocol of the first event that only one
 * protocol has. Never throws for an event that is a plain value: data that is not JSON is a finding.
 */
export class StreamReader {
  readonly #unnamed: string
  readonly #silent: boolean
  #reader: ProtocolReader | undefined
  #events = 0
  /** An error that came before the protocol was known. */
  #errorText: string | undefined

  /** `unnamed` is the kind of an event that has neither a name nor a type in its data. */
  constructor(protocol: StreamProtocolName | undefined, unnamed: string) {
    this.#unnamed = unnamed
    this.#silent = protocol === 'none'
    this.#reader = PROTOCOLS.find(({ name }) => name === protocol)?.createReader()
  }

  /** Reads an event whose data is a text; its name is empty when it has none. */
  readText(name: string, data: string): StreamReading {
    this.#events++
    const kind = name || this.#unnamed
    if (typeof data !== 'string') return { kind, isJson: false, finding: { error: 'the event has no data' } }
    if (data.trim() === '[DONE]') {
      if (!this.#silent) this.#reader ??= CHAT.createReader()
      return { kind, isJson: true, finding: this.#reader?.done() ?? NOTHING }
    }
    let value: unknown
    try {
      value = JSON.parse(data)
    } catch (error) {
      return { kind, isJson: false, finding: { error: (error as SyntaxError).message } }
    }
    return this.#read(name, value, () => data)
  }

  /** Reads an event that is an object already, as client libraries give it. */
  readValue(value: unknown): StreamReading {
    this.#events++
    return this.#read('', value, () => JSON.stringify(value))
  }

  /** What the end of the source means. */
  end(): StreamFinding {
    if (this.#silent) return NOTHING
    if (this.#reader) return this.#reader.end()
    if (this.#events === 0)
      return {
        failure: 'stream disconnected before completion: stream closed before its first event',
        errorType: 'stream_closed',
      }
    // The events are of an unknown protocol, whose end cannot be judged.
    return this.#errorText === undefined ? NOTHING : { failure: this.#errorText }
  }

  #read(name: string, value: unknown, text: () => string): StreamReading {
    const typeInData = field(value, 'type')
    // The type in the data decides, as it does in agents: some providers send no names.
    const type = isText(typeInData) ? typeInData : name
    const object = field(value, 'object')
    const kind = name || type || (isText(object) ? object : this.#unnamed)
    return { kind, isJson: true, finding: this.#find({ type, value, text }) }
  }

  #find(event: StreamEvent): StreamFinding {
    if (this.#silent) return NOTHING
    this.#reader ??= PROTOCOLS.find(protocol => protocol.recognises(event))?.createReader()
    if (this.#reader) return this.#reader.read(event)
    if (event.type === 'error') this.#errorText ??= errorText(event.value)
    return NOTHING
  }
}
