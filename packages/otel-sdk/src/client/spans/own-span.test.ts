import type { Span } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { recordSpans } from './record-spans.fixture.ts'

describe("a span of the application's", () => {
  it('is below the turn, and below it is what it opens', async () => {
    const recording = recordSpans()
    const session = recording.session()
    const given = await session.observeTurn({ prompt: 'x' }, () =>
      session.span('compact', { kept: 3, why: 'long' }, async span => {
        span.set({ kept: 4, ratio: 0.5, names: ['a', 'b'] })
        span.event('cut', { at: 7 })
        return span.span('inner', undefined, () => 'given')
      }),
    )
    expect(given).toBe('given')
    expect(recording.tree().slice(1)).toEqual(['turn codex-cli done', '  own compact done', '    own inner done'])
    const own = recording.spans()[2]
    expect(own?.attributes).toEqual({ kept: 4, why: 'long', ratio: 0.5, names: ['a', 'b'] })
    expect(own?.events).toEqual(['cut'])
  })

  it.each<[string, (span: Span) => unknown, string]>([
    ['returns', () => 1, 'done'],
    ['says that it failed', span => span.fail('timeout'), 'failed timeout'],
    ['says so in a text', span => span.fail('what the user said'), 'failed _OTHER'],
    [
      'throws',
      () => {
        throw new RangeError('x')
      },
      'failed RangeError',
    ],
    ['rejects', () => Promise.reject(new TypeError('x')), 'failed TypeError'],
    ['aborts', () => Promise.reject(new DOMException('x', 'AbortError')), 'aborted'],
    ['never settles', () => new Promise(() => {}), 'open'],
  ])('that %s says so', async (_, run, said) => {
    const recording = recordSpans()
    const ran = (async () => recording.session().span('mine', undefined, run))()
    await Promise.race([ran.catch(() => undefined), new Promise(setImmediate)])
    expect(recording.tree().at(-1)).toBe(`own mine ${said}`)
  })

  it('says nothing any more when it has ended', () => {
    const recording = recordSpans()
    let kept: Span | undefined
    recording.session().span('mine', undefined, span => {
      kept = span
    })
    kept?.set({ a: 1 })
    kept?.event('late')
    kept?.fail('late')
    kept?.span('below', undefined, () => 1)
    expect(recording.tree().slice(1)).toEqual(['own mine done', 'own below done'])
    expect(recording.spans()[1]?.attributes).toEqual({})
  })

  it("takes no attribute that is not the application's, or that cannot be sent", () => {
    const recording = recordSpans()
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const hostile = {
      'gen_ai.usage.input_tokens': 1,
      'codex.outcome': 'x',
      'service.name': 'x',
      'error.type': 'x',
      'session.id': 'x',
      'a b': 1,
      cyclic,
      infinite: Number.POSITIVE_INFINITY,
      of: [1, 'x'],
      [Symbol('s')]: 1,
      get throws(): string {
        throw new Error('x')
      },
      good: true,
    }
    const session = recording.session()
    session.span('mine', hostile as never, span => {
      span.set(undefined as never)
      span.set([1] as never)
      span.set(new Proxy({}, { ownKeys: () => expect.fail() }))
      span.event(7 as never)
      for (let i = 0; i < 200; i++) span.event('e', { i })
    })
    const [own] = recording.spans().slice(1)
    expect(own?.attributes).toEqual({ good: true })
    expect(own?.events).toHaveLength(128)
    expect(recording.invalid).toHaveLength(13)
  })

  it('has a name of a length that can be sent', () => {
    const recording = recordSpans()
    const session = recording.session()
    session.span('x'.repeat(1024 * 1024), undefined, () => 1)
    session.span(undefined as never, undefined, () => 1)
    const [long, none] = recording.spans().slice(1)
    expect(long?.opening.label.length).toBeLessThan(10_000)
    expect(none?.name).toBe('own (no name)')
  })
})
