import { describe, expect, it } from 'vitest'
import { type EventStreamOptions, readEventStream, type StreamEvent } from './event-stream.ts'

async function* body(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

async function read(
  source: AsyncIterable<Uint8Array>,
  options: Partial<EventStreamOptions> = {},
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  for await (const event of readEventStream(source, { idleTimeoutMs: 5000, ...options })) events.push(event)
  return events
}

describe('readEventStream', () => {
  it('joins chunks, also where a chunk ends in the middle of a character', async () => {
    const bytes = Buffer.from('event: a\ndata: {"text":"äöü 🚀"}\n\n')
    const chunks = Array.from(bytes, (_byte, i) => bytes.subarray(i, i + 1))
    expect(await read(body(...chunks))).toEqual([{ event: 'a', data: '{"text":"äöü 🚀"}' }])
  })

  it('reads CRLF, comments, several data lines and events without a name', async () => {
    const text = ': hello\r\n\r\nevent: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n'
    expect(await read(body(text))).toEqual([
      { event: 'a', data: '1\n2' },
      { event: undefined, data: '3' },
    ])
  })

  it('reads a CRLF that is split between two chunks as one end of line', async () => {
    expect(await read(body('data: 1\r', '\ndata: 2\r', '\n\r\n'))).toEqual([{ event: undefined, data: '1\n2' }])
  })

  it('drops an event that the end of the stream cuts off', async () => {
    expect(await read(body('data: 1\n\ndata: 2\n'))).toEqual([{ event: undefined, data: '1' }])
  })

  it('throws when no data arrives for too long', async () => {
    const silent: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    await expect(read(silent, { idleTimeoutMs: 10 })).rejects.toThrow('idle timeout waiting for SSE')
  })

  it('gives the events before the connection was cut, and then throws the reason', async () => {
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('data: 1\n\n')
      throw new Error('aborted')
    }
    const seen: StreamEvent[] = []
    const reading = (async () => {
      for await (const event of readEventStream(cut(), { idleTimeoutMs: 5000 })) seen.push(event)
    })()
    await expect(reading).rejects.toThrow('Transport error: network error: aborted')
    expect(seen).toHaveLength(1)
  })

  it('refuses an event and a response beyond its limits', async () => {
    await expect(read(body(`data: ${'x'.repeat(100)}`), { maxEventLength: 50 })).rejects.toThrow('longer than 50')
    await expect(read(body('data: 1\n\n', 'data: 2\n\n'), { maxBytes: 10 })).rejects.toThrow('larger than 10 bytes')
  })

  it('closes the source when the reader stops', async () => {
    let closed = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from('data: 1\n\ndata: 2\n\n')
      } finally {
        closed = true
      }
    }
    for await (const _event of readEventStream(source(), { idleTimeoutMs: 5000 })) break
    expect(closed).toBe(true)
  })
})
