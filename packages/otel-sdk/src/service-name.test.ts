import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TelemetryOptions } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from './create-telemetry.ts'

/** Not in one piece: programs look for such in sources. */
const TOKEN = ['gh', 'p_', 'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzaB3'].join('')

describe('service.name', () => {
  let receiver: Receiver
  let home: string

  beforeEach(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-'))
  })
  afterEach(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  /** What the records of both signals are of, after one session of each originator. */
  async function names(
    originators: readonly unknown[],
    more: Partial<TelemetryOptions> = {},
    table: object = {},
  ): Promise<unknown[]> {
    const telemetry = createTelemetry({
      config: {
        exporter: { 'otlp-http': { endpoint: receiver.logsUrl } },
        metrics_exporter: { 'otlp-http': { endpoint: receiver.metricsUrl } },
        ...table,
      },
      codexHome: home,
      serviceVersion: '1',
      env: {},
      ...more,
    })
    for (const originator of originators) {
      const options = { conversationId: 'c', model: 'm', originator: originator as string, terminalType: '' }
      telemetry.session(options).emit('codex.turn_ttft', { durationMs: 1 })
    }
    expect(await telemetry.shutdown({ timeoutMs: 10_000 })).toBe(true)
    expect(receiver.logs).toHaveLength(originators.length)
    const records = [...receiver.logs, ...receiver.metrics]
    return [...new Set(records.map(({ resource }) => resource.attributes['service.name']?.value))]
  }

  it.each(['my_agent', 'Codexify', 'mycodex', 'agent of mine'])('is the originator where that is %j', async name => {
    expect(await names([name])).toEqual([name])
  })

  it.each(['codex_exec', 'codex_cli_rs', 'codex-tui', 'Codex Desktop', 'codex', '', ' ', undefined])(
    "is codex-cli where the originator is one of Codex's own, or none: %j",
    async originator => {
      expect(await names([originator])).toEqual(['codex-cli'])
    },
  )

  it('stays that of the first session', async () => {
    expect(await names(['first_agent', 'second_agent'])).toEqual(['first_agent'])
  })

  it("stays that of Codex where the first session is one of Codex's", async () => {
    expect(await names(['codex_exec', 'second_agent'])).toEqual(['codex-cli'])
  })

  it('is what the application says, whatever the originator', async () => {
    expect(await names(['my_agent'], { serviceName: 'mine' })).toEqual(['mine'])
  })

  it.each(['', '  ', 7, null])('is not what is no name: %j', async serviceName => {
    expect(await names(['my_agent'], { serviceName: serviceName as string })).toEqual(['my_agent'])
  })

  it('is what the configuration says, whatever the application says', async () => {
    expect(await names(['my_agent'], { serviceName: 'mine' }, { service_name: 'theirs' })).toEqual(['theirs'])
  })

  it('holds no secret', async () => {
    expect(await names([`agent ${TOKEN}`])).toEqual(['agent [SCRUBBED:github-token]'])
  })

  it('is cut where it is too long for a name', async () => {
    const [name] = await names(['x'.repeat(50_000)])
    expect(String(name)).toMatch(/^x{1024}/)
    expect(String(name).length).toBeLessThan(1100)
  })
})
