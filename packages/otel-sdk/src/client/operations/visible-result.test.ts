import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../../create-telemetry.ts'
import { operations } from './index.ts'

/** What a person would not see, or what would change how the rest is seen. */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}/u
const HOSTILE = '\u202e\u2066\u200b\u00ad\ufeff\u{e0041}\ufe0f\u0085\u001b[2J\r\u2028\u3164\ud800\u00a0'
const SHOWN = '\\u{202e}\\u{2066}\\u{200b}\\u{ad}'

let codexHome: string
beforeEach(() => {
  codexHome = mkdtempSync(join(tmpdir(), 'codex-visible-'))
})
afterEach(() => rmSync(codexHome, { recursive: true }))

/** All texts in something, but those that are paths to open: `file` and `directory` of what is not a problem. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const isPath = name === 'directory' || (name === 'file' && !('severity' in value))
    return isPath ? [] : textsIn(inner)
  })
}

/** A receiver that refuses everything with the same words. */
async function startRefusing(status: number, body: string) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'text/plain' }).end(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => void server.close(() => resolve())),
  }
}

const options = (config: unknown) => ({
  config,
  codexHome,
  configFile: `${codexHome}/${HOSTILE}`,
  serviceVersion: '1',
  env: {},
})

describe('a configuration with invisible characters', () => {
  it.each([
    ['a value', { environment: HOSTILE, service_name: HOSTILE, resource: { [HOSTILE]: HOSTILE } }],
    [
      'a value of the wrong kind',
      { log_user_prompt: HOSTILE, content: { prompt: HOSTILE }, spool: { max_age: HOSTILE } },
    ],
    [
      'a key',
      { [`a${HOSTILE}b`]: 1, exporter: { 'otlp-http': { [`a${HOSTILE}b`]: 1, endpoint: 'http://127.0.0.1:1' } } },
    ],
    ['the name of an exporter', { exporter: `x${HOSTILE}`, metrics_exporter: { [HOSTILE]: {} } }],
    ['an endpoint', { exporter: { 'otlp-http': { endpoint: `http://127.0.0.1:1/${HOSTILE}?${HOSTILE}` } } }],
    ['a header', { exporter: { 'otlp-http': { headers: { [`x${HOSTILE}`]: HOSTILE, y: { file: HOSTILE } } } } }],
    [
      'a file of TLS',
      { exporter: { 'otlp-http': { endpoint: 'https://127.0.0.1:1', tls: { 'ca-certificate': `/${HOSTILE}` } } } },
    ],
  ])('has them shown in every text about %s', async (_, config) => {
    const telemetry = createTelemetry(options(config))
    await telemetry.shutdown({ timeoutMs: 0 })
    const described = operations?.describeConfig(options(config))
    const diagnosis = await operations?.diagnose({ ...options(config), timeoutMs: 500 })
    const texts = [telemetry.problems, described, diagnosis].flatMap(result => textsIn(result))
    expect(texts.join(' ')).toContain(SHOWN)
    expect(texts.filter(text => HIDDEN.test(text))).toEqual([])
  })
})

it('a problem shows the invisible characters of the file and of the directory that it is about', async () => {
  for (const home of [codexHome, `relative/${HOSTILE}`]) {
    const telemetry = createTelemetry({ ...options({ environment: 3 }), codexHome: home })
    await telemetry.shutdown({ timeoutMs: 0 })
    expect(telemetry.problems).toHaveLength(home === codexHome ? 1 : 2)
    for (const problem of telemetry.problems) {
      expect(problem.file).toContain(SHOWN)
      expect(Object.values(problem).filter(value => HIDDEN.test(String(value)))).toEqual([])
    }
  }
})

it("diagnostics, health() and the doctor show the invisible characters of a receiver's answer", async () => {
  await using receiver = await startRefusing(400, `no ${HOSTILE} way`)
  const reported: string[] = []
  const exporter = { 'otlp-http': { endpoint: receiver.endpoint } }
  const telemetry = createTelemetry({ ...options({ exporter }), onDiagnostic: ({ message }) => reported.push(message) })
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
  session.emit('codex.turn_ttft', { durationMs: 1 })
  await telemetry.shutdown({ timeoutMs: 5_000 })
  const diagnosis = await operations?.diagnose(options({ exporter }))
  const texts = [...reported, telemetry.health()?.logs.lastError ?? '', diagnosis?.signals[0]?.message ?? '']
  for (const text of texts) expect(text).toContain(SHOWN)
  expect(texts.length).toBeGreaterThan(2)
  expect(texts.filter(text => HIDDEN.test(text))).toEqual([])
})
