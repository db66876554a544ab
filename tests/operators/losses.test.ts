import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDemoHome, type DemoHome, PATIENT } from './demo-home.ts'

let receiver: Receiver
let home: DemoHome
beforeEach(async () => {
  receiver = await startReceiver()
  home = createDemoHome()
})
afterEach(() => receiver.close())

/** Runs the whole tour and gives the lines on stderr that are about telemetry. */
async function tour(otel: string, env: Record<string, string> = {}): Promise<string[]> {
  home.configure(`[otel]\n${otel}\n`)
  const { code, stderr } = await home.run(['exec', '--answers', 'accept,decline,accept', 'tour'], { env })
  expect(code).toBe(0)
  return stderr.split('\n').filter(line => /telemetry|otel/i.test(line))
}

const exporter = (): string => `${PATIENT}\nexporter = { otlp-http = { endpoint = "${receiver.logsUrl}" } }`

describe('a run says on stderr', () => {
  it('nothing when all arrived', async () => {
    expect(await tour(exporter())).toEqual([])
    expect(receiver.logs.length).toBeGreaterThan(0)
  })

  it('one line, with numbers and what to do, when the collector refused what it got', async () => {
    receiver.misbehave({ answer: { status: 400, message: 'no such tenant' } })
    const lines = await tour(exporter())
    expect(lines).toEqual([
      expect.stringMatching(
        /^codex-demo: telemetry: logs: \d+ records lost \(\d+ refused by the collector\): .*400.*no such tenant.*; codex-demo otel doctor finds out why$/,
      ),
    ])
  })

  it('one line for a header that has no value, however many signals want it', async () => {
    const to = (url: string) => `{ otlp-http = { endpoint = "${url}", headers = { x-key = { file = "no-such" } } } }`
    const lines = await tour(
      `${PATIENT}\nexporter = ${to(receiver.logsUrl)}\nmetrics_exporter = ${to(receiver.metricsUrl)}`,
    )
    expect(lines).toEqual([expect.stringMatching(/telemetry: header "x-key": cannot read .*no-such: ENOENT$/)])
  })

  it('one line for each signal', async () => {
    receiver.misbehave({ answer: { status: 400 } })
    const metrics = `metrics_exporter = { otlp-http = { endpoint = "${receiver.metricsUrl}" } }`
    const lines = await tour(`${exporter()}\n${metrics}`)
    expect(lines).toEqual([
      expect.stringMatching(/^codex-demo: telemetry: logs: \d+ records lost/),
      expect.stringMatching(/^codex-demo: telemetry: metrics: \d+ records lost/),
    ])
  })

  it('one line when the collector took a part, with its words', async () => {
    receiver.misbehave({ answer: { partialSuccess: { rejected: 2, message: 'too old' } } }, { times: 1 })
    const lines = await tour(exporter())
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/logs: 2 records lost \(2 refused by the collector\): .*too old/)
  })

  it('one line when nothing got through and is kept', async () => {
    receiver.misbehave({ answer: { status: 503 } })
    const lines = await tour(exporter().replace(PATIENT, ''))
    expect(lines).toEqual([expect.stringMatching(/^telemetry: logs: \d+ records kept on disk for the next run: .*503/)])
  })

  it('one line when nothing got through and is not kept', async () => {
    const lines = await tour(
      `exporter = { otlp-http = { endpoint = "http://127.0.0.1:1/v1/logs" } }\nspool = { enabled = false }`,
    )
    expect(lines).toEqual([
      expect.stringMatching(/^codex-demo: telemetry: logs: \d+ records lost \(\d+ not delivered in time\): .*refused/),
    ])
  })

  it('no token that a variable put into the address of the collector, and neither does the doctor', async () => {
    receiver.misbehave({ answer: { status: 503 } })
    const address = `${receiver.httpUrl}/\${TENANT_TOKEN}/v1/logs`
    const env = { TENANT_TOKEN: 'hunter2' }
    const lines = await tour(`exporter = { otlp-http = { endpoint = "${address}" } }`, env)
    expect(lines).toEqual([expect.stringContaining(address)])
    const doctor = await home.run(['otel', 'doctor', '--json'], { env })
    expect(JSON.parse(doctor.stdout).spool.destinations).toMatchObject([{ endpoint: address, configured: true }])
    expect(lines + doctor.stdout).not.toContain('hunter2')
    const elsewhere = await home.run(['otel', 'doctor', '-c', 'otel.exporter="none"'], { env })
    expect(elsewhere.stdout).toContain(`${address} (id `)
  })

  it('a mistake in the configuration once, with file, line, key, what was found and what is allowed', async () => {
    expect(await tour(`log_user_prompt = "yes"\nexporter = "none"`)).toEqual([
      `codex-demo: ${home.configFile}:2: otel.log_user_prompt: found "yes"; allowed: true or false; false is used`,
    ])
  })

  it('of several mistakes the number and the lines, and the doctor each of them', async () => {
    const lines = await tour(`enviroment = "x"\nlog_user_prompt = "yes"\nexporter = "otlp-htp"`)
    expect(lines).toEqual([
      'codex-demo: 3 mistakes in [otel] (config.toml, lines 2, 3 and 4); not all telemetry is exported; codex-demo otel doctor tells what to change',
    ])
    const doctor = await home.run(['otel', 'doctor'])
    const place = home.configFile
    for (const mistake of [
      `${place}:2: otel.enviroment: found the unknown key "enviroment"; allowed: "environment" (did you mean that?); it has no effect`,
      `${place}:3: otel.log_user_prompt: found "yes"; allowed: true or false; false is used`,
      `${place}:4: otel.exporter: found "otlp-htp"; allowed: `,
    ]) {
      expect(doctor.stdout).toContain(mistake)
    }
  })

  it('where a value came from that was given on the command line', async () => {
    const { code, stderr } = await home.run(['exec', '-c', 'otel.environment=5', 'Say hello'])
    expect(code).toBe(0)
    expect(stderr).toContain('codex-demo: command line: otel.environment: found 5')
  })
})
