import type { SessionTelemetry } from '@codex/otel-api'
import { expect, it } from 'vitest'
import { answer, COMPLETED, consume, recordSpans, stream, TOOL } from './record-spans.fixture.ts'

const REQUEST = { attempt: 0, endpoint: '/responses' }

function unread(): never {
  throw new Error('it cannot be read')
}
const UNREADABLE = new Proxy({}, { get: unread, has: unread, ownKeys: unread }) as never
/** An object of which one field cannot be read. */
const but = <Fields extends object>(fields: Fields, field: string): never =>
  Object.defineProperty({ ...fields }, field, { get: unread, enumerable: true }) as never
const TEXTLESS = { toString: unread } as never

const CALLS: readonly [what: string, call: (session: SessionTelemetry) => unknown, result: unknown][] = [
  ['a tool', session => session.observeTool(UNREADABLE, async () => 'y'), 'y'],
  ["a tool's call id", session => session.observeTool(but(TOOL, 'callId'), async () => 'y'), 'y'],
  ["a tool's arguments", session => session.observeTool({ ...TOOL, arguments: TEXTLESS }, async () => 'y'), 'y'],
  [
    "a tool's output",
    async session => typeof (await session.observeTool(TOOL, async () => but({ success: true }, 'output'))),
    'object',
  ],
  [
    'the text of an output',
    async session => typeof (await session.observeTool(TOOL, async () => ({ output: TEXTLESS }))),
    'object',
  ],
  [
    "a request's address",
    async session => (await session.observeRequest(but(REQUEST, 'serverAddress'), async () => answer(204))).status,
    204,
  ],
  ['a question', session => session.observeApproval(UNREADABLE, async () => 'approved' as const), 'approved'],
  [
    "a question's call",
    session => session.observeApproval({ toolName: 't', callId: TEXTLESS }, async () => 'denied' as const),
    'denied',
  ],
  ['what a stream is the answer to', session => consume(session.observeSse(stream(COMPLETED()), UNREADABLE)), 1],
  [
    'what a context is for',
    session => session.span('mine', undefined, span => span.traceContext(UNREADABLE)),
    undefined,
  ],
  ['where a context is', session => session.traceContext(UNREADABLE), undefined],
  ['a sub-agent', session => session.subagent(UNREADABLE).observeTurn(UNREADABLE, async () => 'y'), 'y'],
]

it.each(CALLS)('a call goes on and leaves no span open where nothing can read %s', async (_, call, result) => {
  const recording = recordSpans()
  const session = recording.session()
  expect(await session.observeTurn({ prompt: 'x' }, async () => call(session))).toBe(result)
  expect(recording.tree().filter(span => span.endsWith(' open'))).toEqual([])
})

it('a span ends with what it ran where that is a promise in name only', () => {
  const recording = recordSpans()
  const session = recording.session()
  const refusing = Object.defineProperty({}, 'then', { value: unread })
  expect(session.span('refuses', undefined, () => refusing)).toBe(refusing)
  let reads = 0
  const changing = Object.defineProperty({}, 'then', { get: () => (reads++ === 0 ? () => {} : unread()) })
  expect(session.span('changes', undefined, () => changing)).toBe(changing)
  expect(recording.tree().slice(1)).toEqual(['own refuses failed Error', 'own changes failed Error'])
})
