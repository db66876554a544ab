// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files refer to variables.
import { gunzipSync } from 'node:zlib'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { createTestCertificates, type TestCertificates } from '@codex/otlp-receiver/certificates'
import type { Finished } from '@codex/test-kit/run-node'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDemoHome, type DemoHome, PATIENT } from './demo-home.ts'

let certificates: TestCertificates
beforeAll(async () => {
  certificates = await createTestCertificates()
})

const receivers: Receiver[] = []
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})

async function start(options: Parameters<typeof startReceiver>[0] = {}): Promise<Receiver> {
  const receiver = await startReceiver(options)
  receivers.push(receiver)
  return receiver
}

interface Destination {
  receiver: Receiver
  home: DemoHome
  /** Further keys of the exporter. */
  more?: string
}

const PROTOCOLS = {
  http: ({ logsUrl }: Receiver, more: string) => `{ otlp-http = { endpoint = "${logsUrl}"${more} } }`,
  json: ({ logsUrl }: Receiver, more: string) =>
    `{ otlp-http = { endpoint = "${logsUrl}", protocol = "json"${more} } }`,
  grpc: ({ grpcUrl }: Receiver, more: string) => `{ otlp-grpc = { endpoint = "${grpcUrl}"${more} } }`,
}

describe.each(['http', 'json', 'grpc'] as const)('a run of the agent, over %s', protocol => {
  /** Asks one question, with telemetry going to the receiver. */
  function ask({ receiver, home, more = '' }: Destination, env: Record<string, string> = {}): Promise<Finished> {
    home.configure(`[otel]\n${PATIENT}\nexporter = ${PROTOCOLS[protocol](receiver, more)}\n`)
    return home.run(['exec', 'Say hello'], { env })
  }

  const quiet = (result: Finished): void => {
    expect(result.code).toBe(0)
    expect(result.stderr).not.toMatch(/codex-demo:|telemetry:/)
  }

  it('delivers to a receiver with TLS and a private authority, with a token from the environment', async () => {
    const receiver = await start({ tls: certificates.server })
    const home = createDemoHome()
    home.write('ca.pem', certificates.ca)
    const more = ', tls = { ca-certificate = "ca.pem" }, headers = { authorization = "Bearer ${OTLP_TOKEN}" }'
    quiet(await ask({ receiver, home, more }, { OTLP_TOKEN: 'from-the-environment' }))
    expect(receiver.logs.map(({ eventName }) => eventName)).toContain('codex.user_prompt')
    expect(receiver.requests.every(({ headers }) => headers.authorization === 'Bearer from-the-environment')).toBe(true)
  })

  it('shows its client certificate', async () => {
    const tls = { ...certificates.server, ca: certificates.ca, requestClientCertificate: true }
    const receiver = await start({ tls })
    const home = createDemoHome()
    home.write('ca.pem', certificates.ca)
    home.write('client.pem', certificates.client.cert)
    home.write('client.key', certificates.client.key)
    const files = 'ca_certificate = "ca.pem", client_certificate = "client.pem", client_private_key = "client.key"'
    quiet(await ask({ receiver, home, more: `, tls = { ${files} }` }))
    expect(receiver.logs.length).toBeGreaterThan(0)
    expect(receiver.requests[0]?.clientCertificate).toBe('test client')
  })

  it('refuses a certificate that does not verify: nothing arrives, the run works, one line says why', async () => {
    const receiver = await start({ tls: certificates.server })
    const { code, stdout, stderr } = await ask({ receiver, home: createDemoHome() })
    expect(code).toBe(0)
    expect(stdout).toContain('Hello')
    expect(receiver.requests).toEqual([])
    expect(stderr.match(/^.*unknown authority.*$/gm)).toHaveLength(1)
    expect(stderr).toContain('codex-demo otel doctor')
  })

  it('reads a header from a file', async () => {
    const receiver = await start()
    const home = createDemoHome()
    home.write('token', '  from-a-file\n')
    quiet(await ask({ receiver, home, more: ', headers = { x-api-key = { file = "token" } }' }))
    expect(receiver.logs.length).toBeGreaterThan(0)
    expect(receiver.requests[0]?.headers['x-api-key']).toBe('from-a-file')
  })

  it('asks a token helper, and once more when its token is rejected', async () => {
    const receiver = await start()
    receiver.misbehave(({ headers }) =>
      headers.authorization === 'Bearer run-2' ? undefined : { answer: { status: 401 } },
    )
    const home = createDemoHome()
    const helper = home.write(
      'helper.mjs',
      `import { appendFileSync, readFileSync } from 'node:fs'
const runs = process.env.HOME + '/runs'
appendFileSync(runs, '.')
console.log('Bearer run-' + readFileSync(runs, 'utf8').length)
`,
    )
    const command = JSON.stringify([process.execPath, helper])
    quiet(await ask({ receiver, home, more: `, headers = { authorization = { command = ${command} } }` }))
    expect(receiver.logs.length).toBeGreaterThan(0)
    const sent = receiver.requests.map(({ headers }) => headers.authorization)
    expect(sent.filter(value => value === 'Bearer run-1')).toHaveLength(1)
    expect(new Set(sent)).toEqual(new Set(['Bearer run-1', 'Bearer run-2']))
  })

  it('leaves a header out whose variable is not set, and says which', async () => {
    const receiver = await start()
    const { stderr } = await ask({
      receiver,
      home: createDemoHome(),
      more: ', headers = { x-api-key = "${OTLP_TOKEN}" }',
    })
    expect(stderr.match(/^.*config\.toml:3: .*x-api-key.*OTLP_TOKEN.*$/gm)).toHaveLength(1)
    expect(receiver.logs.length).toBeGreaterThan(0)
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-api-key')
  })

  it('says who it is, how long its body is, and compresses it on request', async () => {
    const receiver = await start()
    quiet(await ask({ receiver, home: createDemoHome(), more: ', compression = "gzip"' }))
    const [request] = receiver.requests
    expect(request?.headers['user-agent']).toMatch(/^codex-otel\/\d+\.\d+\.\d+/)
    if (protocol === 'grpc') {
      expect(request?.headers['grpc-encoding']).toBe('gzip')
    } else {
      expect(request?.headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-length': String(request?.body.length),
      })
      expect(request?.headers).not.toHaveProperty('transfer-encoding')
    }
    expect(gunzipSync(request?.body ?? '').length).toBeGreaterThan(request?.body.length ?? 0)
    expect(receiver.logs.length).toBeGreaterThan(0)
  })

  it('sends no credential of the environment to an endpoint that the file names', async () => {
    const receiver = await start()
    const env = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20not-for-you',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'x-api-key=not-for-you',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    }
    quiet(await ask({ receiver, home: createDemoHome() }, env))
    expect(receiver.logs.length).toBeGreaterThan(0)
    expect(JSON.stringify(receiver.requests.map(({ headers }) => headers))).not.toContain('not-for-you')
  })

  it('takes endpoint and credentials from the environment where the file names none', async () => {
    const receiver = await start()
    const home = createDemoHome()
    home.configure(`[otel]\n${PATIENT}\nexporter = "${protocol === 'grpc' ? 'otlp-grpc' : 'otlp-http'}"\n`)
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? receiver.grpcUrl : receiver.httpUrl,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20for-you',
    }
    quiet(await home.run(['exec', 'Say hello'], { env }))
    expect(receiver.logs.length).toBeGreaterThan(0)
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer for-you')
  })
})
