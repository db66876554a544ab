import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readRecords, recodeRequest } from '@codex/otlp-receiver'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openToWrite } from '../store/open-database.ts'
import { type ImportedCounts, writerMethods } from '../store/writer-methods.ts'
import { capturesOf } from '../testing.fixture.ts'
import { tooDeep } from './import-cure.ts'
import { readParts } from './read-parts.ts'

const [LOGS = Buffer.alloc(0), TRACES = Buffer.alloc(0), METRICS = Buffer.alloc(0)] = ['logs', 'traces', 'metrics'].map(
  signal => {
    const file = capturesOf('b-tool-ok').find(name => name.includes(signal)) ?? ''
    return gunzipSync(readFileSync(file))
  },
)
const json = (signal: 'logs' | 'traces' | 'metrics', body: Buffer): Buffer =>
  Buffer.from(recodeRequest(signal, body, 'binary', 'json'))
const LINES = Buffer.concat([json('logs', LOGS), Buffer.from('\n'), json('metrics', METRICS), Buffer.from('\n')])
const framed = (body: Buffer): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

async function* inPieces(file: Uint8Array, length: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < file.length; from += length) yield Buffer.from(file.subarray(from, from + length))
}

const writer = writerMethods(openToWrite(':memory:'))

/** What an import of a file gives, and the error that ended it. */
async function imported(file: Uint8Array, pieceLength = 1_024): Promise<{ counts: ImportedCounts; error?: unknown }> {
  const counts: ImportedCounts = { logs: 0, metrics: 0, traces: 0, known: 0, lines: 0, refused: [] }
  try {
    for await (const part of readParts(inPieces(file, pieceLength))) {
      const { logs, metrics, traces, refused } = writer.importPart(part)
      counts.logs += logs
      counts.metrics += metrics
      counts.traces += traces
      counts.refused.push(...refused)
    }
    return { counts }
  } catch (error) {
    return { counts, error }
  }
}

describe('a file', () => {
  const document = Buffer.from(
    JSON.stringify(
      { ...JSON.parse(json('logs', LOGS).toString()), ...JSON.parse(json('traces', TRACES).toString()) },
      null,
      2,
    ),
  )
  const list = Buffer.from(`[${json('logs', LOGS)},\n${json('metrics', METRICS)}]`)
  const all = { logs: 28, metrics: 0, traces: 0 }
  const traces = readRecords('traces', TRACES, 'binary', () => {})

  it.each([
    ['of lines of several signals', LINES, { logs: 28, traces: 0 }],
    ['of one document with several signals over many lines', document, { logs: 28, traces }],
    ['of a list of messages', list, { logs: 28, traces: 0 }],
    [
      'of lines with the ends of Windows and a mark of the byte order',
      Buffer.from(`\ufeff${json('logs', LOGS)}\r\n`),
      all,
    ],
    ['of the body of a request', LOGS, all],
    ['of messages behind their lengths', Buffer.concat([framed(LOGS), framed(METRICS)]), { logs: 28, traces: 0 }],
    ['of JSON messages behind their lengths', framed(json('logs', LOGS)), all],
    ['in gzip', gzipSync(LINES), { logs: 28, traces: 0 }],
    ['in gzip twice', gzipSync(gzipSync(LINES)), { logs: 28, traces: 0 }],
    ['of nothing', Buffer.alloc(0), { logs: 0 }],
  ] as const)('%s is read, whatever its pieces are', async (_kind, file, expected) => {
    for (const length of [7, 1_000, file.length + 1]) {
      // Small pieces of a large file take long, and are like those of a small one.
      if (file.length / length > 5_000) continue
      const { counts, error } = await imported(file, length)
      expect(error).toBeUndefined()
      expect(counts).toMatchObject({ ...expected, refused: [] })
    }
  })

  it('of one long line in many small pieces is read in time that its length gives', async () => {
    const long = Buffer.alloc(16 * 1024 * 1024, 'x')
    long.write('["')
    long.write('"]\n', long.length - 3)
    const { counts } = await imported(long, 512)
    expect(counts.refused).toHaveLength(1)
  })

  it('that is compressed over and over is refused', async () => {
    let file = LINES
    for (let depth = 0; depth < 4; depth++) file = gzipSync(file)
    expect((await imported(file)).error).toEqual(tooDeep(3))
  })

  it('of nothing but zeros in gzip is left as soon as the signal says so', async () => {
    const leave = new AbortController()
    async function* source(): AsyncGenerator<Buffer> {
      yield gzipSync(Buffer.alloc(8 * 1024 * 1024))
      leave.abort()
    }
    await expect(readParts(source(), leave.signal).next()).rejects.toThrow('aborted')
  })

  it('of any bytes is read or refused with an error that says why', async () => {
    const files = [LOGS, LINES, document, framed(LOGS), gzipSync(LINES), Buffer.from('OTELSPL2')]
    const damaged = fc
      .tuple(fc.constantFrom(...files), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }), fc.nat())
      .map(([file, changes, cut]) => {
        const copy = Buffer.from(cut % 3 === 0 ? file.subarray(0, cut % (file.length + 1)) : file)
        for (const [at, byte] of changes) if (copy.length > 0) copy[at % copy.length] = byte
        return copy
      })
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
      damaged,
    )
    await fc.assert(
      fc.asyncProperty(anything, async file => {
        const { error } = await imported(file, 4_096)
        if (error !== undefined) expect(error).toBeInstanceOf(Error)
        if (error !== undefined) expect((error as Error).message).toMatch(/\w{3}/)
      }),
      { numRuns: 100, seed: 20_261_129 },
    )
  })
})
