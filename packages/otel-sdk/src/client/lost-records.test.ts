import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Diagnostic, TelemetryHealth } from '@codex/otel-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SDK = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
const EVENTS = 22

const SCRIPT = `
import { createTelemetry } from ${JSON.stringify(SDK)}
const diagnostics = []
const telemetry = createTelemetry({
  config: { exporter: { 'otlp-http': { endpoint: process.env.ENDPOINT, protocol: 'binary' } } },
  codexHome: process.env.HOME,
  serviceVersion: '1.0.0',
  onDiagnostic: diagnostic => diagnostics.push(diagnostic),
})
const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
for (let i = 0; i < ${EVENTS}; i++) {
  session.emit('codex.turn_ttft', { durationMs: i })
  if (i === ${EVENTS / 2}) await telemetry.flush({ timeoutMs: 300 })
}
await telemetry.shutdown({ timeoutMs: 300 })
console.log(JSON.stringify({ health: telemetry.health(), diagnostics }))
`

interface Outcome {
  health: TelemetryHealth
  diagnostics: Diagnostic[]
}

describe('the health of a process that loses records', () => {
  let home: string
  let endpoint: string

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'codex-otel-lost-'))
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await new Promise(resolve => server.close(resolve))
    endpoint = `http://127.0.0.1:${port}/v1/logs`
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  function run(limits: string): Promise<Outcome> {
    const script = join(home, 'main.mjs')
    writeFileSync(script, SCRIPT)
    const child = spawn('/bin/sh', ['-c', `${limits} exec "$0" "$1"`, process.execPath, script], {
      env: { PATH: process.env.PATH, HOME: home, ENDPOINT: endpoint },
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
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', () => {
        if (stdout === '') reject(new Error(stderr))
        else resolve(JSON.parse(stdout) as Outcome)
      })
    })
  }

  it.each([
    ['with few file descriptors', 'ulimit -n 24;', () => {}],
    ['with a file in place of the spool', '', () => writeFileSync(join(home, 'otel-spool'), '')],
    ['with a file size limit of nothing', "trap '' XFSZ; ulimit -f 0;", () => {}],
  ])('names a cause without a count, and counts every record, %s', async (_, limits, prepare) => {
    prepare()
    const { health, diagnostics } = await run(limits)
    const { dropped, exported, pending, spooled, lastError } = health.logs
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
    expect(exported + pending + spooled + lost).toBe(EVENTS)
    expect(lost).toBeGreaterThan(0)
    expect(lastError).not.toMatch(/\d+ (record|event)/)
    expect(diagnostics.map(({ message }) => message).join('\n')).not.toContain('kept and tried again')
  })
})
