import { describe, expect, it } from 'vitest'
import { answer, COMPLETED, failed, type Reply, sse, startModelServer } from '../../test/model-server.ts'
import { ask, askAt, json } from './ask.fixture.ts'

const created = { type: 'response.created', response: {} }

describe('askModel', () => {
  it('returns the items of a complete response', async () => {
    const { items } = await ask([answer('hi')])
    expect(items).toEqual([{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hi' }] }])
  })

  it('shows the text of a message as it arrives, and all of it where the message arrives as a whole', async () => {
    const item = (text: string) => ({
      type: 'response.output_item.done',
      item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
    })
    const delta = (text: string) => ({ type: 'response.output_text.delta', delta: text })
    const events = [
      delta('on'),
      delta('e'),
      item('one'),
      item('two'),
      { type: 'response.refusal.delta', delta: 'no' },
      item('no'),
    ]
    const shown: string[] = []
    await ask([{ body: sse(...events, COMPLETED) }], options => {
      options.listener = { onText: text => shown.push(text) }
    })
    expect(shown).toEqual(['on', 'e', 'two', 'no'])
  })

  it('sends the credential, and telemetry gets the name of its header without the value', async () => {
    await using server = await startModelServer([answer('hi')])
    const { recorded } = await askAt(server.baseUrl, () => {})
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret')
    expect(recorded[0]).toEqual(['observeRequest', expect.objectContaining({ authHeaderName: 'authorization' })])
    expect(JSON.stringify(recorded)).not.toContain('secret')
  })

  describe('sends the same request again', () => {
    it.each([500, 502, 503])('after http %i', async status => {
      const { attempts, items } = await ask([json(status, { message: 'busy' }), answer('hi')])
      expect(attempts).toEqual([0, 1])
      expect(items).toHaveLength(1)
    })

    it('up to request_max_retries times, and then as a new request up to stream_max_retries times', async () => {
      const busy = json(500, { message: 'busy' }, { 'retry-after': '0' })
      const { attempts, error } = await ask([busy])
      expect(attempts).toEqual([0, 1, 2, 0, 1, 2])
      expect(error?.message).toBe('http 500: busy (gave up after 6 requests)')
      const late = await ask([busy, busy, busy, busy, answer('hi')])
      expect(late.attempts).toEqual([0, 1, 2, 0, 1])
      expect(late.items).toHaveLength(1)
    })

    it('when no server listens at the address', async () => {
      const server = await startModelServer([])
      await server[Symbol.asyncDispose]()
      const { attempts, error } = await askAt(server.baseUrl, options => {
        options.provider.requestMaxRetries = 1
      })
      expect(attempts).toEqual([0, 1, 0, 1])
      expect(error?.message).toContain('ECONNREFUSED')
    })

    it('when no head of an answer arrives in time', async () => {
      const { createServer } = await import('node:net')
      const deaf = createServer(() => {}).listen(0, '127.0.0.1')
      const sockets = new Set<import('node:net').Socket>()
      deaf.on('connection', socket => sockets.add(socket))
      await new Promise(resolve => deaf.once('listening', resolve))
      const { attempts, error } = await askAt(
        `http://127.0.0.1:${(deaf.address() as { port: number }).port}`,
        options => {
          options.provider.streamIdleTimeoutMs = 20
          options.provider.requestMaxRetries = 1
          options.provider.streamMaxRetries = 0
        },
      )
      for (const socket of sockets) socket.destroy()
      deaf.close()
      expect(attempts).toEqual([0, 1])
      expect(error?.message).toContain('no answer within 20 ms')
    })
  })

  describe('makes a new request of the same turn', () => {
    const cases: [string, Reply][] = [
      ...[403, 404, 409, 422, 429].map((status): [string, Reply] => [
        `http ${status}`,
        json(status, { message: 'no', type: 'other' }, { 'retry-after': '0' }),
      ]),
      ['response.failed with server_error', failed('server_error', 'scripted')],
      ['response.failed with rate_limit_exceeded', failed('rate_limit_exceeded', 'try again in 1ms')],
      ['response.failed without an error', { body: sse({ type: 'response.failed', response: { error: null } }) }],
      ['a stream that ends early', { body: sse(created) }],
      ['a stream that is empty', {}],
      ['a stream that is reset', { body: sse(created), end: 'reset' }],
      ['an error event', { body: sse({ type: 'error', error: { message: 'oops' } }) }],
      ['an error event before completion', { body: sse({ type: 'error', message: 'oops' }, COMPLETED) }],
      ['data that is not JSON', { body: `data: {bad\n\n${sse(created)}` }],
    ]
    it.each(cases)('after %s', async (_name, reply) => {
      const { attempts, items } = await ask([reply, answer('hi')])
      expect(attempts).toEqual([0, 0])
      expect(items).toHaveLength(1)
    })

    it('after a stream without data for too long', async () => {
      const { attempts, notices } = await ask([{ body: sse(created), end: 'hang' }, answer('hi')], options => {
        options.provider.streamIdleTimeoutMs = 200
      })
      expect(attempts).toEqual([0, 0])
      expect(notices[0]?.reason).toContain('idle timeout waiting for SSE')
    })

    it('after it has read a stream with data that is not JSON to its end', async () => {
      const { events } = await ask([{ body: `event: x\ndata: {bad\n\n${sse(created, COMPLETED)}` }, answer('hi')])
      expect(events.slice(0, 3)).toEqual(['x', 'response.created', 'response.completed'])
    })

    it('up to stream_max_retries times, and then reports the number of requests', async () => {
      const { attempts, error } = await ask([{ body: sse(created) }])
      expect(attempts).toEqual([0, 0])
      expect(error?.message).toBe(
        'stream disconnected before completion: stream closed before response.completed (gave up after 2 requests)',
      )
    })

    it('after the wait that the answer asks for', async () => {
      const wait = async (reply: Reply): Promise<number | undefined> =>
        (await ask([reply, answer('hi')])).notices[0]?.waitMs
      expect(await wait(json(429, { message: 'limit' }, { 'retry-after': '0.03' }))).toBe(30)
      expect(await wait(json(429, { message: 'Please try again in 12ms.' }))).toBe(12)
      expect(await wait(failed('rate_limit_exceeded', 'Please try again in 0.02s.'))).toBe(20)
    })
  })

  describe('sends no further request', () => {
    const cases: [string, Reply, string][] = [
      ['after http 400', json(400, { message: 'no' }), 'http 400: no'],
      ...['usage_limit_reached', 'usage_not_included'].map((type): [string, Reply, string] => [
        `after http 429 with ${type}`,
        json(429, { message: 'no', type }, { 'retry-after': '0' }),
        'http 429: no',
      ]),
      ['when the context is full', failed('context_length_exceeded', 'too long'), 'context window: too long'],
      ['when the plan lacks the model', failed('usage_not_included', 'upgrade'), 'upgrade'],
      ['when the prompt is refused', failed('invalid_prompt', 'forbidden'), 'forbidden'],
      ['when the quota is used up', failed('insufficient_quota', 'pay'), 'quota is used up: pay'],
      [
        'after an incomplete answer',
        {
          body: sse({ type: 'response.incomplete', response: { incomplete_details: { reason: 'max_output_tokens' } } }),
        },
        'the answer is incomplete: max_output_tokens',
      ],
      ['after an error page', { status: 400, body: '<html>\n  gone</html>' }, 'http 400: <html> gone</html>'],
    ]
    it.each(cases)('%s', async (_name, reply, message) => {
      const { attempts, error } = await ask([reply, answer('hi')])
      expect(attempts).toEqual([0])
      expect(error?.message).toContain(message)
    })
  })

  it('neither sends nor observes a request when it was aborted before', async () => {
    const { error, attempts } = await ask([answer('hi')], options => {
      options.signal = AbortSignal.abort(new Error('stopped'))
    })
    expect(error?.message).toBe('stopped')
    expect(attempts).toEqual([])
  })

  it('stops at once when it is aborted, while it waits and while it reads', async () => {
    const waiting = new AbortController()
    const { error } = await ask([json(429, {}, { 'retry-after': '3600' })], options => {
      options.signal = waiting.signal
      options.onRetry = () => waiting.abort(new Error('stopped'))
    })
    expect(error?.message).toBe('stopped')

    const reading = new AbortController()
    const aborted = await ask(
      [{ body: sse({ type: 'response.output_text.delta', delta: 'x' }), end: 'hang' }],
      options => {
        options.signal = reading.signal
        options.listener = { onText: () => reading.abort(new Error('stopped')) }
      },
    )
    expect(aborted.error?.message).toBe('stopped')
    expect(aborted.attempts).toEqual([0])
  })
})
