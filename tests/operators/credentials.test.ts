// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration refers to variables.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTelemetry, operations } from '@codex/otel-sdk'
import { type Answer, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  exporterKeys,
  headerSourceKeys,
  type Keys,
  otelKeys,
  tlsKeys,
} from '../../packages/otel-sdk/src/config/schema.ts'
import { CANARY_KINDS, createPlaces, type Places } from '../canary/canaries.ts'
import { createDemoHome, type DemoHome } from './demo-home.ts'

const token = CANARY_KINDS['a token with a prefix']
const key = CANARY_KINDS['a private key']

/** A configuration with a canary as each credential, and the directory that it refers to. */
function credentials(home: DemoHome, places: Places) {
  const at = (place: string): string => token(places.of(place))
  home.write('header-file', `${at('the file of a header')}\n`)
  home.write('helper.json', JSON.stringify({ 'x-helper': at('what headers_helper prints') }))
  home.write('printed', at('what a program prints'))
  return {
    headers: {
      authorization: `Bearer ${at('a header')}`,
      'x-variable': '${CANARY_HEADER}',
      'x-file': { file: 'header-file' },
      'x-program': { command: ['cat', join(home.directory, 'printed')] },
    },
    helper: `cat '${join(home.directory, 'helper.json')}'`,
    query: `key=${at('the query of an endpoint')}`,
    user: `me:${at('the password in an endpoint')}@`,
    env: {
      CANARY_HEADER: at('a variable in a header'),
      OTEL_EXPORTER_OTLP_HEADERS: `x-standard=${at('OTEL_EXPORTER_OTLP_HEADERS')}`,
    },
  }
}

const encodings: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', text => text],
  ['in base64', text => Buffer.from(`xy${text}`).toString('base64')],
  ['in hex', text => Buffer.from(text).toString('hex')],
  [
    'escaped as in JSON',
    text => JSON.stringify(text).replace(/\w/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
]

/** Where a receiver may repeat what it was sent. */
const answers: readonly (readonly [string, (said: string) => Answer])[] = [
  ['a refusal', said => ({ status: 400, message: said })],
  ['a refusal of the credentials', said => ({ status: 401, message: said })],
  ['a failure', said => ({ status: 503, message: said })],
  ['a partial success', said => ({ partialSuccess: { rejected: 1, errorMessage: said } as never })],
  ['the type of an answer', said => ({ status: 200, headers: { 'content-type': `text/${said}` }, body: 'no' })],
  [
    'the coding of an answer',
    said => ({ status: 200, headers: { 'content-encoding': said.slice(0, 30) }, body: '{"a":1}' }),
  ],
  ['a redirect', said => ({ status: 302, headers: { location: `http://${said.toLowerCase()}.example.com/${said}` } })],
]

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'codex-credentials-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe.each(['otlp-http', 'otlp-grpc'] as const)('over %s', kind => {
  it.each(answers)('the doctor repeats no credential that the receiver says in %s', async (name, answer) => {
    if (kind === 'otlp-grpc' && name.startsWith('the coding')) return
    await using receiver = await startReceiver()
    const places = createPlaces()
    const home = createDemoHome()
    const { headers, helper, query, env } = credentials(home, places)
    const url = new URL(kind === 'otlp-grpc' ? receiver.grpcUrl : `${receiver.httpUrl}/v1/logs`)
    if (kind === 'otlp-http') url.search = query
    const exporter = { [kind]: { endpoint: url.href, headers, headers_helper: helper } }
    const results: unknown[] = []
    for (const place of places.names.filter(place => kind === 'otlp-http' || !place.includes('endpoint'))) {
      if (place === 'OTEL_EXPORTER_OTLP_HEADERS' || place.startsWith('the password')) continue
      // Encoded once: the place in the answer makes no difference to it.
      for (const [, encode] of name === 'a refusal' ? encodings.slice(0, 2) : encodings.slice(0, 1)) {
        receiver.behave()
        receiver.misbehave({ answer: answer(encode(token(places.of(place)))) })
        const options = { config: { exporter }, codexHome: home.directory, serviceVersion: '1', env }
        results.push(await operations?.diagnose(options))
      }
    }
    // The control: every credential but those that a setting replaces was sent.
    expect(
      places.leaksIn(
        JSON.stringify(receiver.requests.map(request => [request.headers, (request as { path?: string }).path])),
      ).length,
    ).toBeGreaterThan(4)
    expect(places.leaksIn(JSON.stringify(results))).toEqual([])
  })
})

it('the doctor repeats no credential of a proxy', async () => {
  const places = createPlaces()
  const password = token(places.of('the password of a proxy'))
  const said: string[] = []
  for (const [, encode] of encodings) {
    const proxy = createServer((request, response) => {
      said.push(String(request.headers['proxy-authorization']))
      response.writeHead(407, { 'content-type': 'text/plain' }).end(`no ${encode(password)}`)
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const exporter = { 'otlp-http': { endpoint: 'http://collector.example.com:4318/v1/logs' } }
    const env = { HTTP_PROXY: `http://me:${password}@127.0.0.1:${port}` }
    const diagnosis = await operations?.diagnose({
      config: { exporter },
      codexHome: directory,
      serviceVersion: '1',
      env,
    })
    expect(diagnosis?.signals.find(({ signal }) => signal === 'logs')?.status).toBe(407)
    expect(places.leaksIn(JSON.stringify(diagnosis))).toEqual([])
    await new Promise(resolve => proxy.close(resolve))
  }
  expect(places.leaksIn(said.join())).toEqual(['the password of a proxy, in base64'])
})

it('no problem and no description shows a canary in the place of any key', () => {
  const places = createPlaces()
  const tables: Record<string, Keys> = {
    otel: otelKeys,
    http: exporterKeys['otlp-http'],
    grpc: exporterKeys['otlp-grpc'],
    tls: tlsKeys,
    source: headerSourceKeys,
  }
  for (const [kind, canary] of Object.entries(CANARY_KINDS)) {
    for (const [table, keys] of Object.entries(tables)) {
      for (const [name, spec] of Object.entries(keys)) {
        const text = canary(places.of(`${table} ${name}, ${kind}`))
        const inner =
          spec.type === 'table' ? Object.fromEntries(Object.keys(spec.keys).map(each => [each, text])) : text
        for (const value of [text, inner, { [text]: text }, [text]]) {
          const exporter = {
            otel: undefined,
            http: { 'otlp-http': { [name]: value } },
            grpc: { 'otlp-grpc': { [name]: value } },
            tls: { 'otlp-http': { endpoint: 'https://127.0.0.1:1', tls: { [name]: value } } },
            source: { 'otlp-http': { headers: { 'x-a': { [name]: value } } } },
          }[table]
          const config = exporter === undefined ? { [name]: value } : { exporter }
          const options = { config, codexHome: directory, serviceVersion: '1', env: { OTEL_SDK_DISABLED: 'true' } }
          const { problems } = createTelemetry(options)
          expect(
            places.leaksIn(JSON.stringify([problems, operations?.describeConfig({ ...options, env: {} })])),
          ).toEqual([])
        }
      }
    }
  }
})

it('a conversation says where telemetry goes and what became of it, and repeats no credential', async () => {
  await using receiver = await startReceiver()
  const places = createPlaces()
  const home = createDemoHome()
  const { query, env } = credentials(home, places)
  receiver.misbehave({ answer: { status: 400, message: `refused: ${env.CANARY_HEADER} ${query}` } })
  const otlp = `endpoint = "${receiver.httpUrl}/v1/logs?${query}", headers = { x-key = "\${CANARY_HEADER}" }`
  home.configure(`[otel]\nexporter = { otlp-http = { ${otlp} } }\n`)
  const { stdout, stderr } = await home.run([], {
    env,
    stdin: 'hello\n/telemetry\nlist the files\n/telemetry\n/quit\n',
  })
  const said = stdout + stderr
  expect(said.split(`telemetry is on: logs to ${receiver.httpUrl}`)).toHaveLength(4)
  expect(said).toContain('recorded')
  expect(said).toContain('refused')
  expect(places.leaksIn(said)).toEqual([])
})

describe.each(['', '--json'])('the commands of an operator %s', json => {
  it('print and store no credential, whether they work or fail', async () => {
    await using receiver = await startReceiver()
    receiver.misbehave({ answer: { status: 503 } })
    const places = createPlaces()
    const home = createDemoHome()
    const { headers, helper, query, user, env } = credentials(home, places)
    home.write('client.key', key(places.of('a key that cannot be read')))
    home.write('fails.json', token(places.of('what a failing helper prints')))
    const inline = (value: unknown): string =>
      typeof value === 'string'
        ? JSON.stringify(value)
        : Array.isArray(value)
          ? `[${value.map(inline).join(', ')}]`
          : `{ ${Object.entries(value as object)
              .map(([name, each]) => `${name} = ${inline(each)}`)
              .join(', ')} }`
    const host = receiver.httpUrl.replace('http://', '')
    const working = { endpoint: `http://${host}/v1/logs?${query}`, headers, headers_helper: helper }
    const failing = {
      endpoint: `https://${user}${host}/v1/metrics?${query}`,
      headers_helper: 'cat fails.json; cat fails.json >&2; exit 3',
      tls: { 'client-certificate': 'client.key', 'client-private-key': 'client.key' },
    }
    home.configure(
      `[otel]\nshutdown_timeout_ms = 1000\nexporter = { otlp-http = ${inline(working)} }\nmetrics_exporter = { otlp-http = ${inline(failing)} }\n`,
    )
    let said = ''
    for (const command of ['exec', 'otel config', 'otel doctor', 'otel flush', 'exec']) {
      const args = command === 'exec' ? ['exec', 'hello'] : [...command.split(' '), ...(json === '' ? [] : [json])]
      const { stdout, stderr } = await home.run(args, { env })
      said += stdout + stderr
    }
    expect(receiver.requests.length).toBeGreaterThan(2)
    expect(said).toContain('503')
    expect(places.leaksIn(said)).toEqual([])
    // The endpoint is corrected: what waits for the former one is named, sent and deleted.
    const corrected = (path: string): string =>
      `[otel]\nexporter = { otlp-http = ${inline({ ...working, endpoint: `http://${host}${path}?${query}` })} }\n`
    let saidOfFormer = ''
    for (const [path, command] of [
      ['/other', 'doctor'],
      ['/other', 'flush --to-current --yes'],
      ['/third', 'discard --yes'],
    ] as const) {
      home.configure(corrected(path))
      const { stdout, stderr } = await home.run(['otel', ...command.split(' '), ...(json === '' ? [] : [json])], {
        env,
      })
      saidOfFormer += stdout + stderr
    }
    expect(saidOfFormer.split(`${receiver.httpUrl}/v1/logs`).length).toBeGreaterThan(2)
    expect(places.leaksIn(saidOfFormer)).toEqual([])
    const spool = join(home.directory, 'otel-spool')
    const files = readdirSync(spool, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files.length).toBeGreaterThan(0)
    for (const { parentPath, name } of files) {
      expect(places.leaksIn(join(parentPath, name))).toEqual([])
      expect(places.leaksIn(readFileSync(join(parentPath, name)))).toEqual([])
    }
  })
})
