import { describe, expect, it } from 'vitest'
import { formatTraceparent, parseTraceContext } from './trace-context.ts'

const TRACE = '12345678901234567890123456789012'
const SPAN = '1234567890123456'
const VALID = `00-${TRACE}-${SPAN}-01`

/** The verdicts of the tests of W3C Trace Context on each form of `traceparent`. */
describe('a traceparent', () => {
  it.each([
    VALID,
    `${VALID} `,
    `${VALID}\t`,
    `${VALID} \t`,
    ` ${VALID}`,
    `\t ${VALID}`,
    `00-${TRACE}-${SPAN}-00`,
    `00-${TRACE}-${SPAN}-ff`,
    `cc-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`,
    `01-${TRACE}-${SPAN}-01-`,
  ])('that is taken: %j', traceparent => {
    expect(parseTraceContext({ traceparent })).toMatchObject({
      traceId: [0x12345678, 0x90123456, 0x78901234, 0x56789012],
      spanId: [0x12345678, 0x90123456],
    })
  })

  it.each([
    '',
    'x',
    `${VALID},${VALID}`,
    `00-${TRACE}-0000000000000000-01`,
    `00-${TRACE}-.234567890123456-01`,
    `00-${TRACE}-123456789012345.-01`,
    `00-${TRACE}-12345678901234567-01`,
    `00-${TRACE}-123456789012345-01`,
    `00-${TRACE}-${SPAN}-.0`,
    `00-${TRACE}-${SPAN}-0.`,
    `00-${TRACE}-${SPAN}-001`,
    `00-${TRACE}-${SPAN}-1`,
    `00-00000000000000000000000000000000-${SPAN}-01`,
    `00-.2345678901234567890123456789012-${SPAN}-01`,
    `00-1234567890123456789012345678901.-${SPAN}-01`,
    `00-${TRACE}3-${SPAN}-01`,
    `00-1234567890123456789012345678901-${SPAN}-01`,
    `${VALID}.`,
    `${VALID}-what-the-future-will-be-like`,
    `cc-${TRACE}-${SPAN}-01.what-the-future-will-be-like`,
    `ff-${TRACE}-${SPAN}-01`,
    `.0-${TRACE}-${SPAN}-01`,
    `0.-${TRACE}-${SPAN}-01`,
    `000-${TRACE}-${SPAN}-01`,
    `0000-${TRACE}-${SPAN}-01`,
    `0-${TRACE}-${SPAN}-01`,
    `00-4BF92F3577B34DA6A3CE929D0E0E4736-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-0A`,
    `00-${TRACE}-${SPAN}\0-01`,
    `00-${TRACE}-${SPAN}-01\n${VALID}`,
    VALID.repeat(20_000),
  ])('that is none: %.80j', traceparent => {
    expect(parseTraceContext({ traceparent, tracestate: 'a=b' })).toBeUndefined()
  })

  it.each([
    [`00-${TRACE}-${SPAN}-00`, '00'],
    [`00-${TRACE}-${SPAN}-fe`, '00'],
    [`00-${TRACE}-${SPAN}-03`, '01'],
    [`cc-${TRACE}-${SPAN}-01-more`, '01'],
  ])('is told on with the flag that the trace is sampled: %s', (traceparent, flags) => {
    const parsed = parseTraceContext({ traceparent })
    expect(parsed && formatTraceparent(parsed)).toBe(`00-${TRACE}-${SPAN}-${flags}`)
  })
})

describe('a tracestate', () => {
  const read = (tracestate: string): string | undefined =>
    parseTraceContext({ traceparent: VALID, tracestate })?.traceState
  const members = (count: number): string[] => Array.from({ length: count }, (_, i) => `bar${i}=${i}`)
  const z = 'z'.repeat(256)
  const t = 't'.repeat(241)

  it.each([
    ['foo=1'],
    ['foo=1,bar=2'],
    ['foo=1,bar=2,rojo=1,congo=2,baz=3'],
    [`foo=1,${z}=1`],
    [`foo=1,${t}@vvvvvvvvvvvvvv=1`],
    [members(32).join(',')],
    ['abcdefghijklmnopqrstuvwxyz0123456789_-*/= !"#$%&\'()*+-./0123456789:;<>?@ABC[\\]^_`abc{|}~'],
    ['abc0123_-*/@a-z0-9_-*/=x'],
    ['1special@vendor=x'],
  ])('that is kept: %.60s', state => expect(read(state)).toBe(state))

  it.each([
    ['foo=1 \t , \t bar=2, \t baz=3', 'foo=1,bar=2,baz=3'],
    ['foo=1 \t', 'foo=1'],
    ['foo=1,,', 'foo=1'],
    ['foo=1,foo=2', 'foo=1'],
    ['foo@=1,bar=2', 'bar=2'],
    ['@foo=1,bar=2', 'bar=2'],
    ['foo@@bar=1,bar=2', 'bar=2'],
    ['foo@bar@baz=1,bar=2', 'bar=2'],
    [`foo=1,z${z}=1`, 'foo=1'],
    [`foo=1,t${t}@v=1`, 'foo=1'],
    ['foo=1,t@vvvvvvvvvvvvvvv=1', 'foo=1'],
    [members(33).join(','), members(32).join(',')],
    [`foo=1,bar=${'x'.repeat(256)},baz=${'y'.repeat(256)}`, `foo=1,bar=${'x'.repeat(256)}`],
    [`foo=1,bar=${'x'.repeat(257)}`, 'foo=1'],
  ])('of which what is valid is kept: %.60s', (state, kept) => expect(read(state)).toBe(kept))

  it.each(['', 'foo', 'foo =1', 'FOO=1', 'foo.bar=1', 'foo=', 'foo=a=b', 'foo=\u00e9', 'foo=a\0b', ' ', '=1'])(
    'that is none: %j',
    state => expect(read(state)).toBeUndefined(),
  )

  it('of a megabyte is not read', () => expect(read('foo=1,'.repeat(200_000))).toBeUndefined())
})
