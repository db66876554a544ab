import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import { createEventWriter, type EventWriter } from '../client/event-writer.ts'
import type { EventTuple } from '../protocol/event-tuple.ts'
import { EventReader } from './event-reader.ts'

export interface OpenChunks {
  readonly reader: EventReader
  readonly writer: EventWriter
  /** Calls `read` for each entry that was written since the last call. */
  readAll(read: (entry: EventReader) => void): void
  /** Has everything that was read so far journaled, and the worker started again. */
  restart(): void
}

/** Where a test writes events as the application's thread does, and reads them as the worker does. */
export function openChunks(): OpenChunks {
  let reader = new EventReader()
  const chunks: (SharedArrayBuffer | ArrayBuffer)[] = []
  const ends: number[] = []
  const writer = createEventWriter({
    onChunk(buffer, eventsTo) {
      chunks.push(buffer)
      ends.push(eventsTo)
    },
  })
  return {
    get reader() {
      return reader
    },
    writer,
    readAll(read) {
      for (const [i, chunk] of chunks.splice(0).entries()) {
        while (reader.next(ends[i] as number)) read(reader)
        reader.open(chunk)
      }
      ends.length = 0
      while (reader.next(reader.written)) read(reader)
    },
    restart() {
      reader.settle()
      reader = new EventReader()
      writer.replay()
    },
  }
}

/** Has events of one session read by a signal or an encoder. */
export function readEvents(
  events: readonly EventTuple[],
  session: SessionAttributes,
  to: { describe(entry: EventReader): void; emit(entry: EventReader): void },
): void {
  const { writer, readAll } = openChunks()
  for (const event of events) writer.write(event, session)
  readAll(entry => (entry.isDescription ? to.describe(entry) : to.emit(entry)))
}
