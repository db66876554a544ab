import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { grpcClientAlone } from '../../../scripts/build-worker.ts'
import type { OtlpExporterConfig } from '../../config/effective-config.ts'
import { createAuthority, writeFiles } from './certificates.fixture.ts'
import { startGrpcReceiver } from './grpc-receiver.fixture.ts'
import { atEnd, listen, startProxy, tcpServer } from './loopback.fixture.ts'

interface Bundle {
  source: string
  modules: string[]
  /** Everything that is not one of Node's own modules. */
  external: string[]
}

/** What the transports become in the worker: one text of CommonJS, Node's own modules outside of it. */
async function bundle(entry: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from './${entry}'`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    metafile: true,
    plugins: [grpcClientAlone],
  })
  const outputs = Object.values(metafile.outputs)
  return {
    source: outputFiles[0]?.text ?? '',
    modules: Object.keys(metafile.inputs),
    external: outputs.flatMap(output => output.imports.map(({ path }) => path)).filter(path => !isBuiltin(path)),
  }
}

let both: Bundle

beforeAll(async () => {
  both = await bundle('create-transport.ts')
})

it('the transports need Node and nothing else, and HTTP does not bring gRPC with it', async () => {
  expect(both.external).toEqual([])
  expect(
    both.modules.filter(path => /protobufjs|proto-loader\/|grpc-js\/build\/src\/server|@opentelemetry/.test(path)),
  ).toEqual([])
  const http = await bundle('http-transport.ts')
  expect(http.external).toEqual([])
  expect(http.modules.filter(path => path.includes('node_modules'))).toEqual([])
  expect(http.source.length).toBeLessThan(32 * 1024)
  expect(both.source.length).toBeLessThan(384 * 1024)
})

interface RunResult {
  /** The results' `status` and error kinds, in order. */
  results: string[]
  stderr: string
  code: number | null
}

/** Sends one request to each destination from a worker, in a folder that plants modules, and waits for the end. */
async function runWorker(exporters: Partial<OtlpExporterConfig>[], timeoutMs: number): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'codex-otel-'))
  atEnd(() => rmSync(folder, { recursive: true }))
  for (const name of ['long', 'protobufjs', '@grpc/proto-loader']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true })
    const planted = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'executed'))}, '')`
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), planted)
  }
  const worker = `${both.source}
    const { workerData } = require('node:worker_threads')
    void (async () => {
      for (const exporter of workerData) {
        const transport = await module.exports.createTransport(exporter, { signal: 'logs', version: '1.2.3' })
        const result = await transport.send(new Uint8Array([1, 2, 3]), ${timeoutMs})
        console.log(result.status === 'success' ? result.status : result.error.kind)
      }
    })()`
  const complete = exporters.map(exporter => ({
    headers: [],
    compression: 'none',
    protocol: 'http/protobuf',
    ...exporter,
  }))
  const main = `
    const { Worker } = require('node:worker_threads')
    new Worker(${JSON.stringify(worker)}, { eval: true, env: {}, execArgv: [], workerData: ${JSON.stringify(complete)} })`
  writeFileSync(join(folder, 'main.cjs'), main)
  const child = spawn(process.execPath, ['main.cjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  atEnd(() => child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', text => {
    stdout += text
  })
  child.stderr.on('data', text => {
    stderr += text
  })
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  expect(existsSync(join(folder, 'executed')), 'a planted module was executed').toBe(false)
  return { results: stdout.trim().split('\n'), stderr, code }
}

describe('a worker made of the bundle', () => {
  it('delivers over all protocols, and ends when it has nothing more to do, while its connections are kept', async () => {
    const authority = await createAuthority()
    const { cert, key } = await authority.issue()
    const tls = {
      caCertificate: writeFiles({ ca: authority.cert }).ca,
      clientCertificate: undefined,
      clientPrivateKey: undefined,
    }
    const answer: http.RequestListener = (_request, response) => response.end()
    const keep = { keepAliveTimeout: 60_000 }
    const plain = await listen(http.createServer(keep, answer))
    const secure = await listen(https.createServer({ ...keep, cert, key }, answer))
    const { port } = await startGrpcReceiver()
    const proxy = await startProxy()
    // It would wait for the connections longer than a test may take.
    const run = await runWorker(
      [
        { endpoint: `http://127.0.0.1:${plain}/v1/logs` },
        { endpoint: `https://127.0.0.1:${secure}/v1/logs`, tls },
        { endpoint: `https://127.0.0.1:${secure}/v1/logs`, tls, proxy: `http://127.0.0.1:${proxy.port}` },
        { endpoint: `http://127.0.0.1:${port}`, protocol: 'grpc' },
        { endpoint: `http://127.0.0.1:${port}`, protocol: 'grpc', proxy: `http://127.0.0.1:${proxy.port}` },
      ],
      5_000,
    )
    expect(run).toEqual({ results: Array(5).fill('success'), stderr: '', code: 0 })
  })

  it('ends without a word also when its receiver hangs', async () => {
    const silent = await listen(tcpServer(() => {}))
    const proxy = await startProxy({ hang: true })
    const run = await runWorker(
      [
        { endpoint: `http://127.0.0.1:${silent}/v1/logs` },
        { endpoint: `https://127.0.0.1:${silent}/v1/logs` },
        { endpoint: `https://127.0.0.1:${silent}/v1/logs`, proxy: `http://127.0.0.1:${proxy.port}` },
        { endpoint: `http://127.0.0.1:${silent}`, protocol: 'grpc' },
        { endpoint: `https://127.0.0.1:${silent}`, protocol: 'grpc' },
        { endpoint: `https://127.0.0.1:${silent}`, protocol: 'grpc', proxy: `http://127.0.0.1:${proxy.port}` },
      ],
      100,
    )
    expect(run).toEqual({ results: Array(6).fill('timed-out'), stderr: '', code: 0 })
  })
})
