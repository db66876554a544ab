import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// The worker runs in the process and the directory of an application: each test starts a process of its own.
const SDK = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

const PRELUDE = `
import { createTelemetry } from ${JSON.stringify(SDK)}
if (process.env.MISSING !== undefined) delete globalThis[process.env.MISSING]
const telemetry = createTelemetry({
  config: JSON.parse(process.env.CONFIG),
  codexHome: process.cwd(),
  serviceVersion: '1.0.0',
  onDiagnostic: diagnostic => console.log(JSON.stringify(diagnostic)),
})
const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
session.emit('codex.turn_ttft', { durationMs: 1 })
`

const configOf = (exporter: object): string => JSON.stringify({ exporter, environment: 'guard' })

describe('the worker', () => {
  let receiver: Receiver
  let directory: string

  beforeEach(async () => {
    receiver = await startReceiver()
    directory = mkdtempSync(join(tmpdir(), 'codex-otel-guard-'))
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(directory, { recursive: true })
  })

  const exporters = () => ({
    http: { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } },
    json: { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'json' } },
    grpc: { 'otlp-grpc': { endpoint: receiver.grpcUrl } },
  })

  function run(script: string, exporter: object, env: Record<string, string> = {}) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PRELUDE + script], {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory, CONFIG: configOf(exporter), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', chunk => {
      stdout += chunk
    })
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', code => resolve({ code, stdout, stderr }))
    })
  }

  /** Plants modules that leave a file behind when they are loaded. */
  function plant(names: readonly string[]): string {
    const witness = join(directory, 'executed')
    for (const name of names) {
      const folder = join(directory, 'node_modules', name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(
        join(folder, 'index.js'),
        `require('node:fs').appendFileSync(${JSON.stringify(witness)}, ${JSON.stringify(`${name}\n`)})`,
      )
    }
    return witness
  }

  it.each(['http', 'json', 'grpc'] as const)('executes nothing of the working directory (%s)', async kind => {
    const names = [
      'long',
      'buffer',
      'protobufjs',
      'google-protobuf',
      '@grpc/grpc-js',
      '@opentelemetry/api',
      'bufferutil',
    ]
    const witness = plant(names)
    const { code, stderr } = await run('await telemetry.shutdown({ timeoutMs: 10_000 })', exporters()[kind])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(receiver.counts.logs).toBe(1)
    expect(existsSync(witness) ? readFileSync(witness, 'utf8') : 'nothing').toBe('nothing')
  })

  it('runs no preload that the application was started with', async () => {
    const preload = join(directory, 'preload.cjs')
    const witness = join(directory, 'threads')
    writeFileSync(
      preload,
      `require('node:fs').appendFileSync(${JSON.stringify(witness)}, String(require('node:worker_threads').threadId))`,
    )
    const { code } = await run('await telemetry.shutdown({ timeoutMs: 10_000 })', exporters().http, {
      NODE_OPTIONS: `--require ${preload}`,
    })
    expect(code).toBe(0)
    expect(receiver.counts.logs).toBe(1)
    expect(readFileSync(witness, 'utf8')).toBe('0')
  })

  it.each(['http', 'json', 'grpc'] as const)(
    'sends no credential of the environment to an endpoint of the file (%s)',
    async kind => {
      await run('await telemetry.shutdown({ timeoutMs: 10_000 })', exporters()[kind], {
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer canary-1',
        OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'x-token=canary-2',
        OTEL_EXPORTER_OTLP_CERTIFICATE: join(directory, 'no-such-ca.pem'),
      })
      const [request] = receiver.requests
      expect(receiver.counts.logs).toBe(1)
      expect(JSON.stringify(request?.headers)).not.toContain('canary')
    },
  )

  it('gives a headers helper the environment of the application, and runs it once for all signals', async () => {
    const command = `echo run >> "$HELPER_HOME/runs"; printf '{"x-home":"%s","x-foreign":"%s"}' "$HELPER_HOME" "\${OTEL_FOREIGN-none}"`
    const config = {
      headers_helper: command,
      exporter: { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } },
      metrics_exporter: { 'otlp-http': { endpoint: receiver.metricsUrl, protocol: 'binary' } },
    }
    const env = { CONFIG: JSON.stringify(config), HELPER_HOME: directory, OTEL_FOREIGN: 'canary' }
    const { code, stdout, stderr } = await run('await telemetry.shutdown({ timeoutMs: 10_000 })', {}, env)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(receiver.requests.map(({ path }) => path).sort()).toEqual(['/v1/logs', '/v1/metrics'])
    for (const { headers } of receiver.requests)
      expect(headers).toMatchObject({ 'x-home': directory, 'x-foreign': 'none' })
    expect(readFileSync(join(directory, 'runs'), 'utf8')).toBe('run\n')
  })

  it('does not keep an idle process alive', async () => {
    const { code } = await run('', exporters().http)
    expect(code).toBe(0)
  })

  it('keeps the process alive while a flush waits', async () => {
    const { code, stdout } = await run('console.log(await telemetry.flush())', exporters().http)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'true\n' })
    expect(receiver.counts.logs).toBe(1)
  })

  it('writes nothing to the standard streams, whatever happens to the export', async () => {
    await receiver.close()
    const script = 'process.removeAllListeners("warning"); await telemetry.shutdown({ timeoutMs: 300 })'
    const { code, stderr } = await run(script, exporters().http)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('says what is missing where a process has no memory to share, and goes on', async () => {
    const script = 'console.log(telemetry.enabled, await telemetry.shutdown())'
    const { code, stdout } = await run(script, exporters().http, { MISSING: 'SharedArrayBuffer' })
    expect(code).toBe(0)
    expect(stdout).toContain('this process has no SharedArrayBuffer, so nothing is exported')
    expect(stdout).toContain('false true')
  })

  it('does not end the application when it is refused', async () => {
    const script = 'console.log(telemetry.enabled, await telemetry.shutdown())'
    const child = spawn(
      process.execPath,
      ['--permission', '--allow-fs-read=*', '--input-type=module', '-e', PRELUDE + script],
      {
        cwd: directory,
        env: { PATH: process.env.PATH, CONFIG: configOf(exporters().http) },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    let stdout = ''
    for await (const chunk of child.stdout) stdout += chunk
    expect(stdout).toContain('"worker-unavailable"')
    expect(stdout).toContain('false true')
  })
})
