// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration refers to variables.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { describe, expect, it } from 'vitest'
import { answer, calls, failed, type Reply, startModelServer } from '../../apps/demo/test/model-server.ts'
import * as corpus from '../../packages/otel-sdk/src/content/secrets/testing/corpus.ts'
import { createDemoHome, type DemoHome, PATIENT } from './demo-home.ts'

/** A TCP proxy that keeps every byte that a client sends. */
async function startTap(target: string): Promise<{ port: number; bytes(): Buffer; close(): Promise<void> }> {
  const chunks: Buffer[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer(client => {
    const onward = net.connect(Number(new URL(target).port), '127.0.0.1')
    client.on('data', chunk => chunks.push(chunk))
    client.pipe(onward).pipe(client)
    for (const socket of [client, onward]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => Buffer.concat(chunks),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const SECRETS = corpus.TOKENS
const PASSWORD = 'Tr0ub4dor-and-3-horses'
const PROVIDER_KEY = 'provider-key-of-the-user'
const FOREIGN_TOKEN = 'token-for-another-backend'
const HEADER_VALUE = 'header-value-of-ours'
const TEXTS = ['prompt', 'arguments', 'output', 'url', 'error'].map(name => `visible-${name}`)

/** Ways to write a password that are no assignments to a variable. */
const WRITTEN = [
  `postgres://me:p@${PASSWORD}@db/x`,
  `Cookie: sid=${PASSWORD}; theme=dark`,
  `<password>${PASSWORD}</password>`,
  `machine example.com login me password ${PASSWORD}`,
  `curl -u me:${PASSWORD} https://example.com`,
  `mysql -u root -p${PASSWORD}`,
  `ENV API_KEY ${PASSWORD}`,
].join('\n')
/** What the model may call a tool: an attribute of events, and a tag of metrics. */
const TOOL_NAME = `visible-tool-${SECRETS.find(({ kind }) => kind === 'github-token')?.text}`
const CALL_ID = `visible-call-${SECRETS.find(({ kind }) => kind === 'vault-token')?.secret}`

/** Has the agent see secrets wherever a text can come from, with `[otel]` as given. */
async function runWithSecrets(otel: string): Promise<DemoHome> {
  const secrets = SECRETS.map(({ text }) => text).join('\n')
  const command = (cmd: string): Reply => calls({ arguments: JSON.stringify({ cmd }) })
  await using model = await startModelServer([
    command(`echo visible-arguments; export DB_PASSWORD=${PASSWORD}`),
    command('cat ../secrets'),
    command('cat ../written'),
    calls({ name: TOOL_NAME, call_id: CALL_ID, arguments: '{}' }),
    command(`curl https://me:${PASSWORD}@127.0.0.1:1/visible-url`),
    failed('server_error', `visible-error ${SECRETS[0]?.text}`),
    answer('done'),
  ])
  const home = createDemoHome()
  home.write('secrets', `visible-output\nDB_PASSWORD=${PASSWORD}\n${secrets}\n`)
  home.write('written', WRITTEN)
  home.configure(`model_provider = "fake"
[model_providers.fake]
base_url = "${model.baseUrl}"
env_key = "FAKE_API_KEY"
request_max_retries = 0
stream_max_retries = 1
[otel]
${otel}
`)
  const prompt = `visible-prompt DB_PASSWORD=${PASSWORD}\n${WRITTEN}\n${secrets}`
  const { code } = await home.run(['exec', '--dangerously-bypass-approvals-and-sandbox', prompt], {
    env: {
      FAKE_API_KEY: PROVIDER_KEY,
      OTLP_TOKEN: HEADER_VALUE,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${FOREIGN_TOKEN}`,
    },
  })
  expect(code).toBe(0)
  return home
}

/** The secrets that are in these bytes, as they are or as JSON writes them. */
function secretsIn(bytes: Buffer): string[] {
  const planted = [PASSWORD, PROVIDER_KEY, FOREIGN_TOKEN, ...SECRETS.map(({ secret }) => secret)]
  return planted.filter(secret => bytes.includes(secret) || bytes.includes(JSON.stringify(secret).slice(1, -1)))
}

const HEADERS = 'headers = { x-api-key = "${OTLP_TOKEN}" }'

const EXPORTERS: readonly (readonly [string, (port: number) => string])[] = [
  ['OTLP/HTTP binary', port => `{ otlp-http = { endpoint = "http://127.0.0.1:${port}/v1/SIGNAL", ${HEADERS} } }`],
  [
    'OTLP/HTTP JSON',
    port => `{ otlp-http = { endpoint = "http://127.0.0.1:${port}/v1/SIGNAL", protocol = "json", ${HEADERS} } }`,
  ],
  ['OTLP/gRPC', port => `{ otlp-grpc = { endpoint = "http://127.0.0.1:${port}", ${HEADERS} } }`],
]

function tables(exporter: string): string {
  const of = (signal: string): string => exporter.replace('SIGNAL', signal)
  return `${PATIENT}\nexporter = ${of('logs')}\nmetrics_exporter = ${of('metrics')}`
}

describe.each(EXPORTERS)('over %s', (name, exporter) => {
  async function bytesOf(more: string): Promise<{ bytes: Buffer; receiver: Receiver }> {
    await using receiver = await startReceiver()
    const tap = await startTap(name === 'OTLP/gRPC' ? receiver.grpcUrl : receiver.httpUrl)
    try {
      await runWithSecrets(`${tables(exporter(tap.port))}\n${more}`)
    } finally {
      await tap.close()
    }
    expect(receiver.logs.map(({ eventName }) => eventName)).toContain('codex.tool_result')
    expect(receiver.counts.metrics).toBeGreaterThan(0)
    return { bytes: tap.bytes(), receiver }
  }

  it('no secret in a prompt, a tool call, its output, an error or the environment leaves', async () => {
    const { bytes, receiver } = await bytesOf('log_user_prompt = true')
    // The control: what stands around the secrets is there, in this very form.
    expect(TEXTS.filter(text => bytes.includes(text))).toEqual(TEXTS)
    expect(receiver.logs.map(({ attributes }) => attributes.call_id?.value)).toContain(
      'visible-call-[SCRUBBED:vault-token]',
    )
    const tools = [...receiver.logs, ...receiver.metrics].flatMap(({ attributes: { tool, tool_name } }) =>
      String((tool ?? tool_name)?.value),
    )
    expect(tools.filter(tool => tool === 'visible-tool-[SCRUBBED:github-token]').length).toBeGreaterThan(1)
    expect(secretsIn(bytes)).toEqual([])
    expect(receiver.requests.every(({ headers }) => headers['x-api-key'] === HEADER_VALUE)).toBe(true)
    expect(Buffer.concat(receiver.requests.map(({ body }) => body)).includes(HEADER_VALUE)).toBe(false)
  })

  it('no text leaves that the policy withholds', async () => {
    const { bytes } = await bytesOf(
      'content = { prompt = "length", tool_arguments = "off", tool_output = "off", error_text = "off" }',
    )
    expect(TEXTS.filter(text => bytes.includes(text))).toEqual([])
  })
})

it('the records that wait on disk hold no secret, and no other user can read them', async () => {
  const home = await runWithSecrets(
    'log_user_prompt = true\nexporter = { otlp-http = { endpoint = "http://127.0.0.1:1/v1/logs" } }',
  )
  const directory = join(home.directory, 'otel-spool')
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  const bytes = Buffer.concat(paths.map(path => readFileSync(path)))
  expect(TEXTS.filter(text => bytes.includes(text))).toEqual(TEXTS)
  expect(secretsIn(bytes)).toEqual([])
  expect(paths.filter(path => (statSync(path).mode & 0o077) !== 0)).toEqual([])
  expect(statSync(directory).mode & 0o077).toBe(0)
})
