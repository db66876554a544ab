import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from './bundle.ts'

const APPLICATION = fileURLToPath(new URL('./application', import.meta.url))
const WITH_TELEMETRY = '--conditions=codex-otel'

describe('without a bundler, --conditions=codex-otel', () => {
  let receiver: Receiver
  let home: string
  let on: Finished
  let off: Finished

  beforeAll(async () => {
    receiver = await startReceiver()
    home = mkdtempSync(join(tmpdir(), 'codex-otel-unbundled-'))
    const run = (...flags: string[]): Promise<Finished> =>
      runNode([...flags, 'main.ts'], { cwd: APPLICATION, env: { ENDPOINT: receiver.logsUrl, CODEX_HOME: home } })
    off = await run()
    expect(receiver.connections).toEqual({ http: 0, grpc: 0 })
    on = await run(WITH_TELEMETRY)
  })
  afterAll(async () => {
    await receiver.close()
    rmSync(home, { recursive: true })
  })

  const output = ({ stdout }: Finished): { answers: unknown; build: unknown } => JSON.parse(stdout)

  it('gives an application the feature', async () => {
    expect(on).toMatchObject({ code: 0, stderr: '', workers: 1 })
    expect(output(on).build).toEqual({
      telemetryIncluded: true,
      enabled: true,
      exported: receiver.logs.length,
      turns: 2,
    })
    expect(receiver.logs.map(log => log.eventName)).toContain('codex.user_prompt')
  })

  it('is needed: without it the application gets the no-op, which says so', () => {
    expect(off).toMatchObject({ code: 0, workers: 0 })
    expect(off.stderr).toMatch(/^codex-otel: this build exports nothing; .*--conditions=codex-otel\n$/)
    expect(output(off).build).toEqual({ telemetryIncluded: false, enabled: false })
  })

  it('changes no answer that the application gets', () => {
    expect(output(off).answers).toEqual(output(on).answers)
  })

  // Node ignores a condition that no package names. So the version says what was really built in.
  it.each([
    [[WITH_TELEMETRY], '(+otel)'],
    [[], '(-otel)'],
    [['--conditions=codex_otel'], '(-otel)'],
    [['--conditions=otel'], '(-otel)'],
  ])('gives the demo, started with %j, a version that ends in %s', async (flags, ending) => {
    const { code, stdout } = await runNode([...flags, join(DEMO, 'src/cli.ts'), '--version'], { cwd: APPLICATION })
    expect(code).toBe(0)
    expect(stdout.trim().endsWith(ending)).toBe(true)
  })
})
