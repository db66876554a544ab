import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, runNode } from '@codex/test-kit/run-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EVERY_KIND } from '../interop/every-kind.ts'

const EMIT_EVERY_KIND = fileURLToPath(new URL('../interop/emit-every-kind.ts', import.meta.url))
const VIEWER = join(ROOT, 'apps/viewer/dist/cli.js')
/** The port of a protocol of the seventies, where nothing listens. */
const NOBODY = 'http://127.0.0.1:9'

const EXPORTERS = {
  'OTLP/HTTP binary': { 'otlp-http': { endpoint: `${NOBODY}/v1/logs`, protocol: 'binary' } },
  'OTLP/HTTP JSON': { 'otlp-http': { endpoint: `${NOBODY}/v1/logs`, protocol: 'json' } },
  'OTLP/gRPC': { 'otlp-grpc': { endpoint: NOBODY } },
}

describe('the spool of an application that could not deliver', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'codex-otel-viewer-spool-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const viewer = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await runNode([VIEWER, ...args, '--db', join(home, 'store.db'), '--json'], {
      cwd: home,
    })
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout)
  }

  it.each(Object.entries(EXPORTERS))('for %s is imported with every event, once', async (_transport, exporter) => {
    await runNode([EMIT_EVERY_KIND], { cwd: home, env: { EXPORTER: JSON.stringify(exporter) } })
    const names = Object.keys(EVERY_KIND)
    expect(await viewer('import', join(home, 'otel-spool'))).toMatchObject({ logs: names.length, refused: [] })
    const [session] = (await viewer('sessions')) as { conversation_id: string; events: number }[]
    expect(session?.events).toBe(names.length)
    const { timeline } = (await viewer('session', session?.conversation_id ?? '', '--stream')) as {
      timeline: { event_name: string }[]
    }
    expect(timeline.map(({ event_name }) => event_name).sort()).toEqual([...names].sort())
    expect(await viewer('import', join(home, 'otel-spool'))).toMatchObject({ logs: 0 })
  })
})
