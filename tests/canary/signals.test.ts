import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Attributes, type ReceivedSpan, startReceiver } from '@codex/otlp-receiver'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterEach, describe, expect, it } from 'vitest'
import { ROWS } from '../../packages/otel-sdk/src/catalogue/event-table.ts'
import { METRICS } from '../../packages/otel-sdk/src/catalogue/metric-table.ts'
import { sessionAttributes } from '../../packages/otel-sdk/src/catalogue/session-attributes.ts'
import { EVERY_SPAN, SPAN_TABLE } from '../../packages/otel-sdk/src/catalogue/span-table.ts'
import { type KeySpec, otelKeys } from '../../packages/otel-sdk/src/config/schema.ts'
import type { Ending } from './application.ts'
import { CANARY_KINDS, createPlaces } from './canaries.ts'

const APPLICATION = fileURLToPath(new URL('application.ts', import.meta.url))

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

interface Run extends Finished {
  /** What leaked into these bytes. */
  leaksIn(bytes: Uint8Array | string): string[]
  /** The names of all places that were planted. */
  places: readonly string[]
  /** What it left on disk: names and contents. */
  files: Buffer
}

async function run(config: object, ending: Ending): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'codex-canary-'))
  directories.push(directory)
  const finished = await runNode([APPLICATION, JSON.stringify({ config, ending })], { cwd: directory })
  const { leaksIn, names: places } = createPlaces(JSON.parse(readFileSync(join(directory, 'places.json'), 'utf8')))
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'places.json')
    .map(({ parentPath, name }) => join(parentPath, name))
  const contents = files.map(path => Buffer.concat([Buffer.from(`${path}\n`), readFileSync(path)]))
  return { ...finished, leaksIn, places, files: Buffer.concat(contents) }
}

/** The `[otel]` table that has each policy say `choice` where it can, and each switch of content be on. */
function policy(choice: string): { content: object } {
  const { content, ...rest } = otelKeys
  const keys = (content?.type === 'table' && content.keys) || {}
  const choices = Object.entries(keys).filter(([, spec]: [string, KeySpec]) => {
    return spec.type === 'choice' && spec.values.includes(choice)
  })
  expect(choices).not.toEqual([])
  const switches = Object.keys(rest).filter(key => key.startsWith('log_'))
  return {
    ...Object.fromEntries(switches.map(key => [key, true])),
    content: Object.fromEntries(choices.map(([key]) => [key, choice])),
  }
}

const FULL = 'all content in full'
const ON_SPANS = 'all content in full, and on spans'
const POLICIES: Readonly<Record<string, object>> = {
  'the default policy': {},
  [FULL]: policy('full'),
  [ON_SPANS]: { ...policy('full'), traces: { content: true } },
  'identities hashed': policy('hash'),
  'lengths alone': policy('length'),
  'no content': policy('off'),
}

const PLACEHOLDER = '[SCRUBBED:'
const isScrubbed = (attributes: Attributes, key: string): boolean =>
  String(attributes[key]?.value).includes(PLACEHOLDER)

const TRANSPORTS: readonly [name: string, kind: 'otlp-http' | 'otlp-grpc', settings: object, policies: string[]][] = [
  ['HTTP binary', 'otlp-http', { protocol: 'binary' }, Object.keys(POLICIES)],
  ['HTTP JSON', 'otlp-http', { protocol: 'json' }, [FULL, ON_SPANS]],
  ['gRPC', 'otlp-grpc', {}, [FULL, ON_SPANS]],
]

describe.each(TRANSPORTS)('over %s', (_, kind, settings, policies) => {
  it.each(policies)('no canary leaves, with %s', async name => {
    const table = POLICIES[name]
    const isFull = name === FULL || name === ON_SPANS
    await using receiver = await startReceiver()
    const exporter = (path: string): object => {
      const endpoint = kind === 'otlp-grpc' ? receiver.grpcUrl : `${receiver.httpUrl}/v1/${path}`
      return { [kind]: { ...settings, endpoint } }
    }
    const config = {
      ...table,
      exporter: exporter('logs'),
      metrics_exporter: exporter('metrics'),
      trace_exporter: exporter('traces'),
    }
    const { code, stdout, stderr, files, leaksIn } = await run(config, 'shutdown')

    expect(code, stderr).toBe(0)
    for (const { body, headers } of receiver.requests) {
      expect(leaksIn(body)).toEqual([])
      expect(leaksIn(JSON.stringify(headers))).toEqual([])
    }
    expect(leaksIn(stdout + stderr)).toEqual([])
    expect(leaksIn(files)).toEqual([])

    // The control: the canaries came as far as the scrubber.
    const { logs, metrics } = receiver
    for (const row of ROWS) {
      const records = logs.filter(({ eventName }) => eventName === row.name)
      // Some are exported only where the configuration asks for them.
      if (!isFull && records.length === 0) continue
      for (const column of row.columns) {
        const shown = column.type === 'text' || column.type === 'list' || (column.type === 'free-text' && isFull)
        if (!shown) continue
        const scrubbed = records.some(({ attributes }) => isScrubbed(attributes, column.attribute))
        expect(scrubbed, `${row.name} ${column.attribute}`).toBe(true)
      }
    }
    const scrubbedKeys = new Set(
      logs.flatMap(({ attributes }) => Object.keys(attributes).filter(key => isScrubbed(attributes, key))),
    )
    if (isFull) expect([...scrubbedKeys]).toEqual(expect.arrayContaining(SESSION_KEYS))
    // The agent's own: attributes of a session, an event, and their names.
    const own = logs.filter(({ eventName }) => eventName.startsWith(PLACEHOLDER) && eventName.endsWith('.own'))
    expect(own).not.toEqual([])
    for (const records of [logs.filter(({ eventName }) => eventName === 'codex.turn_ttft'), own]) {
      const attributes = records.flatMap(record => Object.entries(record.attributes))
      expect(attributes.some(([key]) => key.startsWith(PLACEHOLDER))).toBe(true)
      if (!isFull) continue
      for (const key of ['note', 'list']) {
        const values = attributes.filter(([one]) => one === key).map(([, value]) => JSON.stringify(value))
        expect(
          values.some(value => value.includes(PLACEHOLDER)),
          key,
        ).toBe(true)
      }
    }
    for (const [metric, { tags }] of Object.entries(METRICS)) {
      const points = metrics.filter(point => point.name === metric)
      for (const tag of tags) {
        expect(
          points.some(({ attributes }) => isScrubbed(attributes, tag)),
          `${metric} ${tag}`,
        ).toBe(true)
      }
    }
    expectScrubbed(receiver.spans, name)
    for (const { resource } of [logs[0], metrics[0], receiver.spans[0]].filter(record => record !== undefined)) {
      for (const key of ['service.name', 'service.version', 'env', 'team', 'region']) {
        expect(isScrubbed(resource.attributes, key), key).toBe(true)
      }
    }
  })
})

describe.each([
  ['the console', 'console', (run: Run): string => run.stderr],
  ['a file', { file: { path: 'out.jsonl' } }, (run: Run): string => run.files.toString()],
])('to %s', (_, exporter, written) => {
  it.each(['shutdown', 'exit', 'throw'] as const)('no canary is written, at the end by %s', async ending => {
    const config = { ...policy('full'), exporter, metrics_exporter: exporter, trace_exporter: exporter }
    const finished = await run(config, ending)
    const { stdout, stderr, files, leaksIn } = finished
    expect(leaksIn(stdout + stderr)).toEqual([])
    expect(leaksIn(files)).toEqual([])
    // The control: every event was written, with what stands in place of secrets.
    const text = written(finished)
    expect(ROWS.map(({ name }) => name).filter(name => !text.includes(name))).toEqual([])
    expect(text).toContain(`${PLACEHOLDER}github-token].own`)
    expect(text).toContain(`execute_tool ${PLACEHOLDER}github-token]`)
    expect(text.split(PLACEHOLDER).length).toBeGreaterThan(1000)
  })
})

/** The control of spans: each text that the table has was scrubbed on some span, and so were the application's own. */
function expectScrubbed(spans: readonly ReceivedSpan[], policy: string): void {
  const isFull = policy === FULL || policy === ON_SPANS
  const told = ['label', 'origin', 'fact', 'event', ...(policy === ON_SPANS ? ['content'] : [])]
  for (const { name, attributes } of Object.values(SPAN_TABLE)) {
    const ofType = spans.filter(span => span.name.split(' ')[0] === name)
    for (const [key, { type, source }] of Object.entries({ ...EVERY_SPAN, ...attributes })) {
      if (!type.startsWith('string') || !told.includes(source.from)) continue
      const scrubbed = ofType.some(span => JSON.stringify(span.attributes[key]?.value ?? '').includes(PLACEHOLDER))
      expect(scrubbed, `${name} ${key}`).toBe(true)
    }
  }
  for (const key of isFull ? ['owner', 'note', 'prompt'] : ['owner']) {
    expect(
      spans.some(span => isScrubbed(span.attributes, key)),
      key,
    ).toBe(true)
  }
  const own = spans.filter(({ name }) => name.startsWith(PLACEHOLDER))
  expect(own.some(({ attributes }) => Object.keys(attributes).some(key => key.startsWith(PLACEHOLDER)))).toBe(true)
  expect(own.some(({ attributes }) => isScrubbed(attributes, 'error.type'))).toBe(true)
  const events = own.flatMap(span => span.events)
  expect(events.some(({ name }) => name.startsWith(PLACEHOLDER))).toBe(true)
  if (isFull) expect(JSON.stringify(events.map(({ attributes }) => attributes.list?.value))).toContain(PLACEHOLDER)
}

const TEXT = 'x'
/** The attributes of a session that are texts. */
const SESSION_KEYS = Object.entries(
  sessionAttributes(
    {
      conversationId: TEXT,
      model: TEXT,
      slug: TEXT,
      originator: TEXT,
      terminalType: TEXT,
      auth: { mode: 'ApiKey', accountId: TEXT, email: TEXT },
    },
    TEXT,
    { email: 'full', accountId: 'full' } as Parameters<typeof sessionAttributes>[2],
  ).common,
)
  .filter(([, value]) => typeof value === 'string')
  .map(([key]) => key)

describe.each(['shutdown', 'exit', 'throw', 'kill'] as const)('without a collector, at the end by %s', ending => {
  it('no canary is on disk, in a diagnostic or in what the process writes', async () => {
    const exporter = { 'otlp-http': { endpoint: 'http://127.0.0.1:1/v1/logs' } }
    const config = { ...POLICIES[FULL], exporter, metrics_exporter: exporter, trace_exporter: exporter }
    const { stdout, stderr, files, leaksIn } = await run(config, ending)
    expect(files.includes('codex.tool_result')).toBe(true)
    expect(files.includes('execute_tool')).toBe(true)
    expect(leaksIn(files)).toEqual([])
    expect(leaksIn(stdout + stderr)).toEqual([])
  })
})

it('every place comes as far as the wire, as a run that scrubs nothing shows', async () => {
  await using receiver = await startReceiver()
  const exporter = (path: string): object => ({ 'otlp-http': { endpoint: `${receiver.httpUrl}/v1/${path}` } })
  const table = policy('full')
  const config = {
    ...table,
    content: { ...table.content, scrub: false },
    exporter: exporter('logs'),
    metrics_exporter: exporter('metrics'),
    trace_exporter: exporter('traces'),
  }
  const { leaksIn, places } = await run(config, 'shutdown')
  const found = new Set(receiver.requests.flatMap(({ body }) => leaksIn(body)))
  const kind = `, ${Object.keys(CANARY_KINDS)[0]}`
  const missing = places.filter(place => place.endsWith(kind) && !found.has(`${place}, as it is`))
  expect(missing.map(place => place.slice(0, -kind.length)).filter(place => !isWithheld(place))).toEqual([])
})

/** Places whose texts are never exported, whatever the configuration says. */
function isWithheld(place: string): boolean {
  const [event, field = ''] = place.split(' ')
  const row = ROWS.find(({ name }) => name === event)
  if (row !== undefined) {
    const column = row.columns[row.fields.indexOf(field)]
    // A field without a column, and one of another type, is of use to metrics alone, if at all.
    return column === undefined || !['text', 'free-text', 'list'].includes(column.type)
  }
  // The number of the place is past the limit.
  if (place.endsWith('across the limit') || place.startsWith('an event that is not own')) return true
  return [
    'session.auth.userId',
    'session.auth.apiKey',
    'the name of an event',
    'an event that there is not',
    'observeTurn error',
    // Objects are no attributes.
    'session.attributes nested',
    'own event nested',
    'the end of a name without the prefix',
  ].includes(place)
}
