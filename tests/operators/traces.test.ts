import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReceivedSpan, type Receiver, readRecords, startReceiver } from '@codex/otlp-receiver'
import { runNode } from '@codex/test-kit/run-node'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { TracedOptions } from '../agent/traced.ts'

const MAIN = fileURLToPath(new URL('../agent/traced.ts', import.meta.url))
const TURNS = 2

let receiver: Receiver
let home: string
beforeEach(async () => {
  receiver = await startReceiver()
  home = mkdtempSync(join(tmpdir(), 'traces-exporters-'))
})
afterEach(async () => {
  await receiver.close()
  rmSync(home, { recursive: true })
})

/** Runs an agent of whose three turns the last one is left open, and returns what it wrote to standard error. */
async function run(exporter: unknown, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options: TracedOptions = {
    codexHome: home,
    exporter,
    ending: 'shutdown',
    shutdownTimeoutMs: 10_000,
    turns: TURNS,
  }
  const { code, stderr } = await runNode([MAIN, JSON.stringify(options)], { cwd: home, env })
  expect(code, stderr).toBe(0)
  return stderr
}

/** Attributes that two runs have different values of. */
const VARYING = new Set(['codex.turn.ttft_ms'])

/** Each span as what it is, below its parent, without ids and times. */
function tree(spans: readonly ReceivedSpan[], parentSpanId = '', depth = 0): string[] {
  return spans
    .filter(span => span.parentSpanId === parentSpanId)
    .toSorted((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))
    .flatMap(span => {
      const attributes = Object.entries(span.attributes).filter(([key]) => !VARYING.has(key))
      const rest = [span.kind, span.status.code, span.links.length, span.events.map(({ name }) => name)]
      return [
        `${'  '.repeat(depth)}${span.name} ${JSON.stringify([...rest, Object.fromEntries(attributes)])}`,
        ...tree(spans, span.spanId, depth + 1),
      ]
    })
}

/** The same, by its names alone. */
const NAMES = [
  'codex.session_init',
  ...Array.from({ length: TURNS }, () => ['invoke_agent test', '  chat m', '  codex.approval', '  execute_tool t']),
  ['invoke_agent test', '  chat m', '  execute_tool t', '  codex.approval'],
].flat()
const namesOf = (lines: readonly string[]): string[] => lines.map(line => line.replace(/ [[{].*/, ''))

const EXPORTERS: readonly [name: string, exporter: () => unknown, env?: () => Readonly<Record<string, string>>][] = [
  ['HTTP with Protobuf', () => ({ 'otlp-http': { endpoint: receiver.tracesUrl, protocol: 'binary' } })],
  ['HTTP with JSON', () => ({ 'otlp-http': { endpoint: receiver.tracesUrl, protocol: 'json' } })],
  ['HTTP, compressed', () => ({ 'otlp-http': { endpoint: receiver.tracesUrl, compression: 'gzip' } })],
  [
    'HTTP to where a variable says',
    () => 'otlp-http',
    () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.tracesUrl }),
  ],
  ['gRPC', () => ({ 'otlp-grpc': { endpoint: receiver.grpcUrl } })],
  ['gRPC, compressed', () => ({ 'otlp-grpc': { endpoint: receiver.grpcUrl, compression: 'gzip' } })],
  ['gRPC to where a variable says', () => 'otlp-grpc', () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcUrl })],
]

it('the same trees arrive over each exporter', async () => {
  const trees: Record<string, string[]> = {}
  for (const [name, exporter, env] of EXPORTERS) {
    receiver.reset()
    await run(exporter(), env?.())
    trees[name] = tree(receiver.spans)
  }
  await run({ file: { path: join(home, 'spans.jsonl') } })
  const ofFile: ReceivedSpan[] = []
  for (const line of readFileSync(join(home, 'spans.jsonl'), 'utf8').split('\n').filter(Boolean)) {
    readRecords('traces', Buffer.from(line), 'json', span => ofFile.push(span))
  }
  trees['a file'] = tree(ofFile)
  const [first = []] = Object.values(trees)
  expect(namesOf(first)).toEqual(NAMES)
  for (const [name, lines] of Object.entries(trees)) expect(lines, name).toEqual(first)
})

it('the console has a line for each span, with the trace that it is in', async () => {
  const lines = (await run('console')).split('\n').filter(line => line.includes('trace_id='))
  const names = lines.map(line => /Z ((?:invoke_agent|chat|execute_tool|codex)[\w.-]*)/.exec(line)?.[1])
  expect(names.toSorted()).toEqual(NAMES.map(name => name.trim().split(' ')[0]).toSorted())
  const traces = lines.map(line => /trace_id=(\w{32})/.exec(line)?.[1])
  // One of the session's start, and one of each turn.
  expect(new Set(traces).size).toBe(1 + TURNS + 1)
  expect(lines.filter(line => line.includes('error.type=process_exit'))).toHaveLength(3)
})
