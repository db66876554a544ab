import type { AttributeValue } from '@codex/otel-api'
import type { SpanContext } from '@opentelemetry/api'
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, type CompiledRow, ROWS } from '../../catalogue/event-table.ts'
import type { SessionAttributes } from '../../catalogue/session-attributes.ts'
import { createScrubber } from '../../content/secrets/scrub.ts'
import {
  type EventTuple,
  isOwn,
  leftOutOf,
  NO_SPAN,
  openOwnTuple,
  openTuple,
  pushOwn,
  setSlot,
  setSpan,
  slotOf,
  spanOf,
  timeOf,
} from '../../protocol/event-tuple.ts'
import { hrTime } from '../otlp/hr-time.ts'
import { ProtobufBytes } from '../otlp/protobuf-bytes.ts'
import { openChunks } from '../written-events.fixture.ts'
import { createEncodedLogsSerializer, type EncodedLog, encodedLog } from './encoded-logs.ts'
import { createLogAttributes } from './log-attributes.ts'
import { createLogEncoder, type SpanIds } from './log-encoder.ts'
import { logRecordIds } from './log-record-ids.ts'

const SCOPE = { name: 'codex_otel' }
const RESOURCE = resourceFromAttributes({ 'service.name': 'codex_exec', env: 'dev', 'host.name': 'h\u00f6st' })

/** What `[otel.content]` decides in the worker. */
interface Policy {
  scrub: boolean
  toolOutputBytes: number
}

/** The events of a batch in order; sessions take their slots before the first one. */
interface Batch {
  sessions: readonly SessionAttributes[]
  events: readonly EventTuple[]
}

/** The request of the official serializer for the records that the worker describes. */
function official(
  { sessions, events }: Batch,
  { scrub, toolOutputBytes }: Policy,
  resources: readonly Resource[],
  spanContext?: SpanContext | undefined,
): Uint8Array {
  const attributes = createLogAttributes(createScrubber({ enabled: scrub }), toolOutputBytes)
  for (const [slot, session] of sessions.entries()) attributes.open(slot, session)
  const records = events.map((tuple, i) => {
    const time = hrTime(timeOf(tuple))
    const content = attributes.of(tuple)
    return {
      hrTime: time,
      hrTimeObserved: time,
      severityNumber: 9,
      severityText: 'INFO',
      eventName: content['event.name'],
      resource: resources[i % resources.length] as Resource,
      instrumentationScope: SCOPE,
      attributes: content as ReadableLogRecord['attributes'],
      ...(spanContext === undefined || spanOf(tuple) === NO_SPAN ? {} : { spanContext }),
      droppedAttributesCount: isOwn(tuple) ? leftOutOf(tuple) : 0,
    } satisfies ReadableLogRecord
  })
  return ProtobufLogsSerializer.serializeRequest(records) as Uint8Array
}

/** The same, written and read as between the threads, then encoded. The buffer is small, so that it has to grow. */
function encoded(
  { sessions, events }: Batch,
  { scrub, toolOutputBytes }: Policy,
  resources: readonly Resource[],
  idsOf?: SpanIds | undefined,
): Uint8Array {
  const bytes = new ProtobufBytes(16)
  const encoder = createLogEncoder(bytes, createScrubber({ enabled: scrub }), toolOutputBytes, idsOf)
  const { writer, readAll } = openChunks()
  for (const tuple of events) writer.write(tuple, sessions[slotOf(tuple)] as SessionAttributes)
  const records: EncodedLog[] = []
  readAll(entry => {
    if (entry.isDescription) return encoder.describe(entry.session, () => entry.attributes())
    const start = bytes.position
    encoder.encode(entry)
    records.push(encodedLog(resources[records.length % resources.length] as Resource, start, bytes.position))
  })
  return createEncodedLogsSerializer(bytes, SCOPE).serializeRequest(records) as Uint8Array
}

/** Characters of one to four bytes, and half of a pair. */
const UNITS = ['x', '\u00e9', '\u4e2d', '\u{1f680}', '\ud800']
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  // Any UTF-16 units: halves of pairs, NUL and control sequences among them.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 }).map(units => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    'a\udc00b',
    '\u{1f680}',
    '\u001b[1mPASSWORD=hunter2\u001b[0m',
    'password = hunter2',
    'AKIAIOSFODNN7EXAMPLE',
    '[not read by telemetry: 5000000 characters]',
  ),
  // Around the lengths at which a length takes one byte more, and at which texts are written in another way.
  fc
    .tuple(fc.constantFrom(...UNITS), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0x20, 0x30, 0x70, 0x80))
    .map(([unit, more, length]) => unit.repeat(length + more)),
)
const whole = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(
    ...[7, 14, 21, 28, 31, 32, 35, 42, 49, 53, 56, 63, 64, 1023].flatMap(bits => [2 ** bits - 1, 2 ** bits]),
  ),
)
const value = (column: Column): fc.Arbitrary<unknown> => {
  switch (column.type) {
    case 'int':
    case 'int-text':
      return whole
    case 'bool':
    case 'bool-text':
      return fc.boolean()
    default:
      return text
  }
}
const single: fc.Arbitrary<string | number | boolean> = fc.oneof(
  text,
  fc.boolean(),
  whole,
  fc.double(),
  fc.integer({ max: -1 }),
  fc.constantFrom(-0, -(2 ** 31), -(2 ** 32), -(2 ** 53), -(2 ** 63), -(2 ** 64)),
)
const attribute: fc.Arbitrary<AttributeValue> = fc.oneof(
  single,
  fc.array(text, { maxLength: 4 }),
  fc.array(fc.oneof(whole, fc.double()), { maxLength: 40 }),
  fc.array(fc.boolean(), { maxLength: 4 }),
)
/** Names of fields and numbers among them, which JavaScript puts first. */
const name = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('model', 'conversation.id', 'duration_ms', 'event.timestamp', 'output_truncated', '7', '0', '\u00fc'),
)
const attributes = fc.dictionary(name, attribute, { maxKeys: 6 })
const session: fc.Arbitrary<SessionAttributes> = fc.record({
  common: attributes,
  authEnvironment: attributes,
  own: attributes,
})

const ownEvent = (slots: number): fc.Arbitrary<EventTuple> =>
  fc
    .tuple(name, fc.integer({ min: 0, max: slots - 1 }), fc.integer({ min: 0, max: 8_640_000_000_000_000 }), attributes)
    .chain(([own, slot, timeMs, values]) =>
      fc.nat().map(leftOut => {
        const tuple = openOwnTuple(own, timeMs, leftOut)
        setSlot(tuple, slot)
        for (const [key, given] of Object.entries(values)) pushOwn(tuple, key, given)
        return tuple
      }),
    )

const event = (slots: number): fc.Arbitrary<EventTuple> =>
  fc
    .tuple(
      fc.constantFrom(...ROWS),
      fc.integer({ min: 0, max: slots - 1 }),
      fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
    )
    .chain(([row, slot, timeMs]) =>
      fc.tuple(...row.columns.map(column => fc.option(value(column), { nil: undefined }))).map(fields => {
        const tuple = openTuple(row.id, timeMs)
        setSlot(tuple, slot)
        tuple.push(...fields)
        return tuple
      }),
    )
const batch: fc.Arbitrary<Batch> = fc.array(session, { minLength: 1, maxLength: 3 }).chain(sessions =>
  fc.record({
    sessions: fc.constant(sessions),
    events: fc.array(fc.oneof(event(sessions.length), ownEvent(sessions.length)), { minLength: 1, maxLength: 12 }),
  }),
)
const policy: fc.Arbitrary<Policy> = fc.record({
  scrub: fc.boolean(),
  toolOutputBytes: fc.constantFrom(1, 16, 2_048, 65_536),
})

/** Both give the same bytes; compared as texts only where they do not, for the message. */
function expectEqual(events: Batch, content: Policy, resources = [RESOURCE]): void {
  const [ours, theirs] = [encoded(events, content, resources), official(events, content, resources)]
  if (Buffer.compare(ours, theirs) === 0) return
  expect(Buffer.from(ours).toString('latin1')).toBe(Buffer.from(theirs).toString('latin1'))
}

const SESSION: SessionAttributes = {
  common: { 'conversation.id': 'c-1', 'user.account_id': 'a', model: 'gpt-5.1-codex' },
  authEnvironment: { 'auth.env_openai_api_key_present': true },
  own: { role: 'planner', tags: ['a', 'b'] },
}
const EXAMPLES: Readonly<Record<Column['type'], unknown>> = {
  text: 'a name',
  'free-text': 'some text',
  list: 'one, two',
  int: 12,
  'int-text': 345,
  bool: true,
  'bool-text': false,
}
const tupleOf = (row: CompiledRow, fields: readonly unknown[]): EventTuple => {
  const tuple = openTuple(row.id, Date.UTC(2026, 8, 21, 10, 0, 0, 5))
  tuple.push(...fields)
  return tuple
}
const POLICY: Policy = { scrub: true, toolOutputBytes: 2_048 }

describe('the encoder of log records writes the bytes of the official serializer', () => {
  it.each(ROWS.map(row => [row.name, row] as const))(
    'for %s with all fields, without each of them and with none',
    (_, row) => {
      const all = row.columns.map(({ type }) => EXAMPLES[type])
      const without = all.map((_, absent) => all.map((field, i) => (i === absent ? undefined : field)))
      const events = [all, ...without, all.map(() => undefined), all].map(fields => tupleOf(row, fields))
      expectEqual({ sessions: [SESSION], events }, POLICY)
    },
  )

  it.each(
    UNITS.flatMap(unit =>
      [0x3fff, 0x4000, 0xffff, 0x1_0000, 0x1_0001, 0x1_2000].map(length => [length, unit] as const),
    ),
  )('for texts of %i times %j', (length, unit) => {
    const long = unit.repeat(length)
    const events = ROWS.filter(({ columns }) => columns.some(({ type }) => type === 'free-text')).map(row =>
      tupleOf(
        row,
        row.columns.map(({ type }) => (type === 'free-text' ? long : EXAMPLES[type])),
      ),
    )
    expectEqual({ sessions: [SESSION], events }, POLICY)
  })

  it('for records of two resources, one of which has a schema', () => {
    const other = resourceFromAttributes({ a: 1 }, { schemaUrl: 'https://example.test/1.0' })
    const events = ROWS.map(row => tupleOf(row, []))
    expectEqual({ sessions: [SESSION], events }, POLICY, [other, RESOURCE])
  })

  it.each([0, 1, 0xff])('for records with the ids of a span, with flags %i, beside others without', flags => {
    const events = ROWS.flatMap(row => [tupleOf(row, []), tupleOf(row, [])])
    for (const [i, tuple] of events.entries()) setSpan(tuple, i % 2 === 0 ? 7 : NO_SPAN)
    const ids = logRecordIds({ traceId: [0x4bf92f35, 0xf7b34da6, 0, 0xffffffff], spanId: [1, 0xf0000000], flags })
    const context = { traceId: '4bf92f35f7b34da600000000ffffffff', spanId: '00000001f0000000', traceFlags: flags }
    const batchOf = { sessions: [SESSION], events }
    const ours = encoded(batchOf, POLICY, [RESOURCE], span => (span === 7 ? ids : undefined))
    expect(Buffer.compare(ours, official(batchOf, POLICY, [RESOURCE], context))).toBe(0)
    // Where traces are off no span is known.
    expect(Buffer.compare(encoded(batchOf, POLICY, [RESOURCE]), official(batchOf, POLICY, [RESOURCE]))).toBe(0)
  })

  it('for any events of any sessions under any policy', () => {
    fc.assert(
      fc.property(batch, policy, (events, content) => expectEqual(events, content)),
      { numRuns: 150 },
    )
  })
})
