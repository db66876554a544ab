import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionAttributes } from '../catalogue/session-attributes.ts'
import {
  CHUNK_BYTES,
  ChunkWord,
  countRecords,
  type EventChunk,
  FIRST_ENTRY,
  openChunk,
} from '../protocol/event-chunk.ts'
import { type EventTuple, FIRST_FIELD, fieldOf, openTuple, slotOf } from '../protocol/event-tuple.ts'
import { EventReader } from '../worker/event-reader.ts'
import { openChunks } from '../worker/written-events.fixture.ts'
import { createEventWriter } from './event-writer.ts'

const session = (id: unknown): SessionAttributes => ({
  common: { 'conversation.id': String(id) },
  authEnvironment: {},
  own: {},
})

const ONE = session('one')

const countEvents = (chunk: EventChunk): number => countRecords(chunk, FIRST_ENTRY).logs

const event = (...fields: unknown[]): EventTuple => {
  const tuple = openTuple(3, 1_234.5)
  tuple.push(...fields)
  return tuple
}

/** The words of a chunk that was handed over. */
const wordsOf = (buffer: SharedArrayBuffer | ArrayBuffer) => openChunk(buffer).words

describe('what is written into chunks and read from them', () => {
  it('is the same event: any texts, numbers, truth values, lists and absent fields', () => {
    const text = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
      .map(units => String.fromCharCode(...units))
    const long = fc
      .tuple(fc.constantFrom('x', '\u00e9', '\u4e2d', '\ud800'), fc.integer({ min: 60, max: 70_000 }))
      .map(([unit, length]) => unit.repeat(length))
    const plain = fc.oneof(text, fc.string(), fc.double(), fc.integer(), fc.maxSafeNat(), fc.boolean())
    const field = fc.oneof(
      { weight: 20, arbitrary: plain },
      { weight: 4, arbitrary: fc.array(plain, { maxLength: 4 }) },
      { weight: 2, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: long },
    )
    fc.assert(
      fc.property(fc.array(fc.array(field, { maxLength: 20 }), { maxLength: 20 }), events => {
        const { writer, readAll } = openChunks()
        for (const fields of events) expect(writer.write(event(...fields), session('s'))).toBeGreaterThan(0)
        const read: unknown[] = []
        readAll(entry => {
          if (!entry.isDescription) read.push([entry.row, entry.timeMs, entry.tuple().slice(FIRST_FIELD)])
        })
        expect(read).toEqual(events.map(fields => [3, 1_234.5, fields]))
      }),
      { numRuns: 60 },
    )
  })

  it('is of the same session, however many there are in turn', () => {
    const sessions = Array.from({ length: 1000 }, (_, i) => session(i))
    const ten = Array.from({ length: 50 }, () => sessions.slice(0, 10)).flat()
    const order = [...sessions, ...sessions.toReversed(), ...ten, ...sessions]
    const { writer, readAll } = openChunks()
    for (const of of order) writer.write(event(), of)
    const known = new Map<number, unknown>()
    const read: unknown[] = []
    readAll(entry => {
      if (entry.isDescription) known.set(entry.session, entry.attributes().common['conversation.id'])
      else read.push(known.get(entry.session))
    })
    expect(read).toEqual(order.map(({ common }) => common['conversation.id']))
  })

  it('is in order when an event is larger than a chunk', () => {
    const { writer, readAll } = openChunks()
    const lengths = [1, CHUNK_BYTES, 2, CHUNK_BYTES / 2 - 50, CHUNK_BYTES / 2 - 40, 4 * CHUNK_BYTES, 3]
    for (const length of lengths) writer.write(event('\u4e2d'.repeat(length)), session('s'))
    const read: unknown[] = []
    readAll(entry => {
      if (!entry.isDescription) read.push((entry.value(0) as string).length)
    })
    expect(read).toEqual(lengths)
  })
})

describe('the writer of events', () => {
  /** A reader that is told of chunks, and does nothing by itself. */
  function open(allocate?: (bytes: number) => SharedArrayBuffer) {
    const chunks: { buffer: SharedArrayBuffer | ArrayBuffer; eventsTo: number }[] = []
    const writer = createEventWriter({ onChunk: (buffer, eventsTo) => chunks.push({ buffer, eventsTo }), allocate })
    const fill = (count: number): void => {
      for (let i = 0; i < count; i++) writer.write(event(i, 'x'.repeat(64)), ONE)
    }
    return { writer, chunks, fill }
  }
  it('uses two chunks in turn while the worker keeps up', () => {
    const { writer, chunks, fill } = open()
    const buffers = new Set<unknown>()
    const reader = new EventReader()
    for (let round = 0; round < 40; round++) {
      fill(500)
      for (const { buffer, eventsTo } of chunks.splice(0)) {
        while (reader.next(eventsTo));
        reader.open(buffer)
        buffers.add(buffer)
      }
      while (reader.next(writer.position));
      reader.settle()
    }
    expect(buffers.size).toBe(2)
  })

  it('loses nothing of a chunk that is written anew before the worker has gone on to the next one', () => {
    const { writer, chunks, fill } = open()
    const reader = new EventReader()
    const read: number[] = []
    const take = (upTo: number): void => {
      while (reader.next(upTo)) if (!reader.isDescription) read.push(reader.value(0) as number)
    }
    const next = (): { buffer: SharedArrayBuffer | ArrayBuffer; eventsTo: number } => {
      const chunk = chunks.shift()
      if (chunk === undefined) throw new Error('no chunk')
      return chunk
    }
    const fillTo = (count: number): void => {
      while (chunks.length < count) fill(1)
    }
    let written = 0
    const { write } = writer
    writer.write = (event, session) => {
      written++
      return write(event, session)
    }
    fillTo(1)
    const first = next()
    reader.open(first.buffer)
    fillTo(1)
    // All of the first chunk is journaled; the second one waits in the port.
    const second = next()
    take(second.eventsTo)
    reader.settle()
    fillTo(1)
    expect(chunks[0]?.buffer).toBe(first.buffer)
    fill(100)
    // As before a message that is no chunk.
    reader.settle()
    reader.open(second.buffer)
    const third = next()
    take(third.eventsTo)
    reader.settle()
    reader.open(third.buffer)
    take(writer.position)
    expect(read).toHaveLength(written)
  })

  it('takes new chunks while the worker does not read, and gives all but two back when it has', () => {
    const { writer, chunks, fill } = open()
    fill(20_000)
    const buffers = chunks.map(({ buffer }) => buffer)
    expect(buffers.length).toBeGreaterThan(5)
    for (const buffer of buffers) {
      const words = wordsOf(buffer)
      words[ChunkWord.settled] = words[ChunkWord.written] as number
    }
    writer.handOver()
    chunks.length = 0
    fill(20_000)
    expect(chunks.filter(({ buffer }) => buffers.includes(buffer))).toHaveLength(2)
  })

  it('has a new worker read what was not journaled, but not the event that the first one was reading', () => {
    const { writer, chunks, fill } = open()
    fill(6_000)
    const first = new EventReader()
    const [one, two] = chunks
    first.open(one?.buffer as SharedArrayBuffer)
    for (let i = 0; i < 101; i++) first.next(two?.eventsTo as number)
    first.settle()
    for (let i = 0; i < 10; i++) first.next(two?.eventsTo as number)
    // Described in the first entry; 100 events journaled, nine read, and it dies of the tenth.
    expect(writer.replayable().logs).toBe(6_000 - 100 - 1)
    chunks.length = 0
    expect(writer.replay()).toBeGreaterThan(0)
    const second = new EventReader()
    const read: unknown[] = []
    const sessions: unknown[] = []
    const take = (upTo: number): void => {
      while (second.next(upTo)) {
        if (second.isDescription) sessions.push(second.attributes())
        else read.push(second.value(0))
      }
    }
    for (const { buffer, eventsTo } of chunks) {
      take(eventsTo)
      second.open(buffer)
    }
    take(writer.position)
    expect(read).toEqual(Array.from({ length: 6_000 }, (_, i) => i).filter(i => i >= 100 && i !== 109))
    expect(new Set(sessions.map(one => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(ONE)]))
    second.settle()
    expect(writer.replayable().logs).toBe(0)
  })

  it('copies its events to the worker where there is no shared memory', () => {
    const { writer, chunks, fill } = open(() => {
      throw new RangeError('no memory')
    })
    fill(3)
    expect(writer.pending).toBe(true)
    expect(chunks).toEqual([])
    writer.handOver()
    expect(writer.pending).toBe(false)
    fill(2)
    writer.handOver()
    writer.handOver()
    expect(chunks.map(({ buffer }) => countEvents(openChunk(buffer)))).toEqual([3, 2])
    expect(chunks.every(({ buffer }) => buffer instanceof ArrayBuffer)).toBe(true)
    expect(writer.replayable().logs).toBe(0)
  })

  it('counts no event twice whose worker dies after it has journaled what it read last', () => {
    const { writer, chunks, fill } = open()
    fill(10)
    const reader = new EventReader()
    reader.open(chunks[0]?.buffer as SharedArrayBuffer)
    // The description, and six events.
    for (let i = 0; i < 7; i++) reader.next(writer.position)
    reader.settle()
    expect(writer.replayable().logs).toBe(4)
    const second = new EventReader()
    second.open(chunks[0]?.buffer as SharedArrayBuffer)
    let read = 0
    while (second.next(writer.position)) if (!second.isDescription) read++
    expect(read).toBe(4)
  })

  it('has a new worker get what waits to be copied, behind what was shared before', () => {
    let room = 1
    const { writer, chunks, fill } = open(bytes => {
      if (room-- > 0) return new SharedArrayBuffer(bytes)
      throw new RangeError('no memory')
    })
    fill(5_000)
    const [shared] = chunks
    const inShared = countEvents(openChunk(shared?.buffer as SharedArrayBuffer))
    expect(inShared).toBeGreaterThan(0)
    // What was copied to the worker is lost with it.
    writer.handOver()
    fill(3)
    const copied = chunks.slice(1).reduce((sum, { buffer }) => sum + countEvents(openChunk(buffer)), 0)
    expect(copied).toBe(5_000 - inShared)
    expect(writer.replayable().logs).toBe(inShared + 3)
    chunks.length = 0
    const bytes = writer.replay()
    fill(2)
    writer.handOver()
    const reader = new EventReader()
    let events = 0
    let readBytes = 0
    const take = (upTo: number): void => {
      while (reader.next(upTo)) {
        readBytes += reader.size
        if (!reader.isDescription) events++
      }
    }
    for (const { buffer, eventsTo } of chunks) {
      take(eventsTo)
      reader.open(buffer)
      if (buffer instanceof ArrayBuffer) take(reader.written)
    }
    take(writer.position)
    expect(events).toBe(inShared + 3 + 2)
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(readBytes)
  })

  it('writes nothing of an event that there is no memory for', () => {
    const { writer, chunks, fill } = open()
    fill(1)
    const large = 'x'.repeat(2 ** 28)
    expect(writer.write(event(Array.from({ length: 100_000 }, () => large)), ONE)).toBe(0)
    fill(1)
    expect(countEvents(openChunk(chunks[0]?.buffer as SharedArrayBuffer))).toBe(2)
  })

  it('gives sessions numbers that stay', () => {
    const { writer, readAll } = openChunks()
    const [a, b] = [session('a'), session('b')]
    const slots: number[] = []
    for (const of of [a, b, a]) writer.write(event(), of)
    readAll(entry => {
      if (!entry.isDescription) slots.push(slotOf(entry.tuple()))
    })
    expect(slots[0]).toBe(slots[2])
    expect(slots[0]).not.toBe(slots[1])
    expect(fieldOf(event('z'), 0)).toBe('z')
  })
})
