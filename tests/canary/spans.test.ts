import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startReceiver } from '@codex/otlp-receiver'
import { runNode } from '@codex/test-kit/run-node'
import { afterEach, describe, expect, it } from 'vitest'

const APPLICATION = fileURLToPath(new URL('texts.ts', import.meta.url))
const MARKER = 'zq8Vx'
/** What the application says of itself, and what its spans are called. */
const SHOWN = ['invoke_agent o', 'execute_tool exec_command', 'chat m', 'step', 'visible', 'web']

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

/** Everything that was written of spans, as text. */
async function written(exporter: (url: string, grpcUrl: string) => unknown, table: object): Promise<string> {
  await using receiver = await startReceiver()
  const directory = mkdtempSync(join(tmpdir(), 'codex-texts-'))
  directories.push(directory)
  const config = { ...table, trace_exporter: exporter(receiver.tracesUrl, receiver.grpcUrl) }
  const { code, stderr, stdout } = await runNode([APPLICATION, JSON.stringify(config)], { cwd: directory })
  expect(code, stderr).toBe(0)
  const file = (exporter('', '') as { file?: { path: string } }).file
  const ofFile = file === undefined ? '' : readFileSync(join(directory, file.path), 'latin1')
  const ofRequests = receiver.requests.map(
    ({ body, headers }) => `${JSON.stringify(headers)}${Buffer.from(body).toString('latin1')}`,
  )
  return [stdout, stderr, ofFile, ...ofRequests].join('\n')
}

const EXPORTERS: readonly [name: string, exporter: (url: string, grpcUrl: string) => unknown][] = [
  ['HTTP binary', endpoint => ({ 'otlp-http': { endpoint, protocol: 'binary' } })],
  ['HTTP JSON', endpoint => ({ 'otlp-http': { endpoint, protocol: 'json' } })],
  ['gRPC', (_, endpoint) => ({ 'otlp-grpc': { endpoint } })],
  ['a file', () => ({ file: { path: 'spans.jsonl' } })],
  ['the console', () => 'console'],
]

/** The places of the texts in what was written. */
const placesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(new RegExp(`${MARKER}-([\\w-]*)\\.`, 'g'))].map(([, place]) => place as string)),
]

describe.each(EXPORTERS)('spans over %s', (_, exporter) => {
  it('have no text of a person, a program or a model, but why a provider failed', async () => {
    const text = await written(exporter, {})
    expect(SHOWN.filter(shown => !text.includes(shown))).toEqual([])
    expect(placesIn(text)).toEqual(['failure'])
  })
})

it('spans have none of the texts where those of errors are withheld', async () => {
  const text = await written(endpoint => ({ 'otlp-http': { endpoint } }), { content: { error_text: 'off' } })
  expect(placesIn(text)).toEqual([])
})

it('spans have the texts that the operator asks for, as far as each is sent in full', async () => {
  const exporter = (endpoint: string) => ({ 'otlp-http': { endpoint } })
  const traces = { content: true }
  const all = await written(exporter, { traces, log_user_prompt: true })
  expect(placesIn(all).toSorted()).toEqual(['arguments', 'failure', 'output', 'error', 'prompt'].toSorted())
  expect(placesIn(await written(exporter, { traces })).toSorted()).toEqual(['arguments', 'error', 'failure', 'output'])
  const content = { prompt: 'length', tool_arguments: 'off', tool_output: 'off', error_text: 'off' }
  expect(placesIn(await written(exporter, { traces, content }))).toEqual([])
})

it('spans have no more of the texts where log events have all of them', async () => {
  const content = { tool_arguments: 'full', tool_output: 'full', email: 'full', account_id: 'full' }
  const table = { log_user_prompt: true, log_agent_responses: true, content }
  await using logs = await startReceiver()
  const exporter = { 'otlp-http': { endpoint: logs.logsUrl } }
  const text = await written(endpoint => ({ 'otlp-http': { endpoint } }), { ...table, exporter })
  expect(placesIn(text)).toEqual(['failure'])
  const inLogs = placesIn(logs.requests.map(({ body }) => Buffer.from(body).toString('latin1')).join('\n'))
  expect(inLogs).toEqual(expect.arrayContaining(['prompt', 'arguments', 'output', 'email', 'account', 'response']))
})
