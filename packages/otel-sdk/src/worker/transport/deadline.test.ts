import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type AnsweringThread, startAnsweringThread } from './answering-thread.fixture.ts'
import { startDeadline } from './deadline.ts'
import { createGrpcTransport } from './grpc-transport.ts'
import { createHeaderSource } from './header-source.ts'
import { createHttpTransport } from './http-transport.ts'
import { atEnd, failureOf, REQUEST } from './loopback.fixture.ts'
import type { ExporterTransport } from './transport.ts'

describe('a deadline', () => {
  let standstillMs = 0
  beforeEach(() => {
    standstillMs = 0
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] })
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + standstillMs)
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('expires once, after the time that it is given', () => {
    const expired = vi.fn()
    startDeadline(1_000, expired)
    vi.advanceTimersByTime(990)
    expect(expired).not.toHaveBeenCalled()
    vi.advanceTimersByTime(100_000)
    expect(expired).toHaveBeenCalledTimes(1)
  })

  it('does not count the time during which the process stood still', () => {
    const expired = vi.fn()
    const deadline = startDeadline(10_000, expired)
    vi.advanceTimersByTime(1_000)
    standstillMs = 60_000
    vi.advanceTimersByTime(8_500)
    expect(expired).not.toHaveBeenCalled()
    expect(deadline.leftMs).toBeGreaterThan(0)
    vi.advanceTimersByTime(1_500)
    expect(expired).toHaveBeenCalledTimes(1)
    expect(deadline.leftMs).toBe(0)
  })

  it('gives an answer a moment after a standstill at its very end, and only once', () => {
    const expired = vi.fn()
    startDeadline(200, expired)
    standstillMs = 5_000
    vi.advanceTimersByTime(390)
    expect(expired).not.toHaveBeenCalled()
    standstillMs = 10_000
    vi.advanceTimersByTime(100)
    expect(expired).toHaveBeenCalledTimes(1)
  })

  it('expires although the loop stands still again and again', () => {
    const expired = vi.fn()
    startDeadline(1_000, expired)
    for (let turns = 0; turns < 8; turns++) {
      standstillMs += 5_000
      vi.advanceTimersByTime(250)
    }
    expect(expired).toHaveBeenCalledTimes(1)
  })

  it('that was cleared does not expire, also between its last timer and the end', () => {
    const expired = vi.fn()
    startDeadline(100, expired).clear()
    const deadline = startDeadline(100, expired)
    vi.advanceTimersByTimeAsync(100)
    deadline.clear()
    vi.advanceTimersByTime(1_000)
    expect(expired).not.toHaveBeenCalled()
  })
})

/** Longer than the time-out, and the delay of the answer, together. */
const BLOCKED_MS = 900
const TIMEOUT_MS = 400

function block(blockedMs = BLOCKED_MS): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs)
}

describe.each(['HTTP', 'gRPC', 'gRPC through a proxy'] as const)(
  'while the loop is blocked past the time-out, over %s',
  way => {
    async function start(delayMs: number): Promise<AnsweringThread & { transport: ExporterTransport }> {
      const thread = await startAnsweringThread(delayMs)
      const { httpPort, grpcPort, proxyPort } = thread
      const endpoint = `http://127.0.0.1:${way === 'HTTP' ? httpPort : grpcPort}`
      const destination = { endpoint, compression: 'none', tls: undefined } as const
      const options = { headers: createHeaderSource([]), userAgent: 'codex-otel/1.2.3' }
      const proxy = way === 'gRPC through a proxy' ? { proxy: `http://127.0.0.1:${proxyPort}` } : {}
      const transport =
        way === 'HTTP'
          ? createHttpTransport({ ...destination, protocol: 'http/protobuf' }, options)
          : createGrpcTransport({ ...destination, ...proxy }, { ...options, signal: 'logs' })
      atEnd(() => transport.shutdown())
      return { transport, ...thread }
    }

    it('the answer that arrives meanwhile is read', async () => {
      const { transport, nextRequest, blockUntilAnswered } = await start(50)
      const sent = transport.send(REQUEST, TIMEOUT_MS)
      await nextRequest()
      blockUntilAnswered(BLOCKED_MS)
      expect(await sent).toMatchObject({ status: 'success' })
    })

    it('the connection that is made meanwhile is used', async () => {
      const { transport } = await start(0)
      // After the block the request is sent and answered, on a machine that may be busy: that counts.
      const timeoutMs = 5 * TIMEOUT_MS
      const sent = transport.send(REQUEST, timeoutMs)
      block(timeoutMs + 100)
      expect(await sent).toMatchObject({ status: 'success' })
    })

    it('a request without an answer still times out', async () => {
      const { transport, nextRequest } = await start(60_000)
      const sent = transport.send(REQUEST, TIMEOUT_MS)
      await nextRequest()
      block()
      expect(await failureOf(sent)).toMatchObject({ kind: 'timed-out', retryable: true })
    })
  },
)
