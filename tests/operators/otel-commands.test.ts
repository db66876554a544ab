import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigDescription, Diagnosis, SpoolFlush } from '@codex/otel-api'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exporterFor } from '../agent/collector.ts'
import { runAgent } from '../agent/run-agent.ts'
import { spooledRecords } from '../agent/spooled-records.ts'
import { createDemoHome, type DemoHome, PATIENT } from './demo-home.ts'

let receiver: Receiver
let home: DemoHome
beforeEach(async () => {
  receiver = await startReceiver()
  home = createDemoHome()
})
afterEach(() => receiver.close())

const SECRET = 'hunter2-hunter2'

/** A table with a value from everywhere. */
const table = (): string => `[otel]
environment = "staging"
${PATIENT}
exporter = { otlp-http = { endpoint = "${receiver.logsUrl}", headers = { authorization = "Bearer \${OTLP_TOKEN}" } } }
`
const env = { OTLP_TOKEN: SECRET, OTEL_EXPORTER_OTLP_TIMEOUT: '4321' }

describe('codex-demo otel config', () => {
  it('prints every value with the line, variable or argument that it came from', async () => {
    home.configure(table())
    const { code, stdout, stderr } = await home.run(['otel', 'config', '-c', 'otel.log_user_prompt=true'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Configuration {2}.*config\.toml\n/)
    expect(stdout).toMatch(/environment +"staging" +config\.toml:2\n/)
    expect(stdout).toMatch(/log_user_prompt +true +command line\n/)
    expect(stdout).toMatch(/timeout_ms +4321 +OTEL_EXPORTER_OTLP_TIMEOUT\n/)
    expect(stdout).toMatch(/compression +"none" +default\n/)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the file has it
    expect(stdout).toContain('(hidden, from ${OTLP_TOKEN})')
    expect(stdout).not.toContain(SECRET)
    expect(receiver.requests).toEqual([])
  })

  it('prints the same as JSON', async () => {
    home.configure(table())
    const { code, stdout } = await home.run(['otel', 'config', '--json'], { env })
    const { telemetryIncluded, file, rows, problems } = JSON.parse(stdout) as ConfigDescription &
      Record<string, unknown>
    expect({ code, telemetryIncluded, file, problems }).toEqual({
      code: 0,
      telemetryIncluded: true,
      file: home.configFile,
      problems: [],
    })
    expect(rows).toContainEqual({ key: 'otel.environment', value: '"staging"', origin: `${home.configFile}:2` })
  })

  it('works without a file, and whatever is wrong with the rest of it', async () => {
    expect(await home.run(['otel', 'config'])).toMatchObject({ code: 0, stderr: '' })
    home.configure('model = 5\n[otel]\nexporter = "none"\n')
    expect(await home.run(['otel', 'config'])).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('codex-demo otel doctor', () => {
  it('ends with code 0 when all that is configured delivers, and says how to find the probe', async () => {
    home.configure(table())
    const { code, stdout, stderr } = await home.run(['otel', 'doctor'], { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`ok +logs +${receiver.logsUrl}: delivered in \\d+ ms, HTTP 200\n`))
    expect(stdout).toContain('Everything that is configured is delivered.')
    expect(stdout).not.toContain(SECRET)
    expect(stdout).toContain(`doctor.id = ${receiver.logs[0]?.attributes['doctor.id']?.value}`)
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
  })

  it('asks for each signal by itself', async () => {
    receiver.misbehave({ answer: { grpcStatus: 12 } }, { signal: 'metrics' })
    home.configure(`${table()}metrics_exporter = { otlp-grpc = { endpoint = "${receiver.grpcUrl}" } }\n`)
    const { code, stdout } = await home.run(['otel', 'doctor'], { env })
    expect(code).toBe(1)
    expect(stdout).toMatch(/ok +logs/)
    expect(stdout).toMatch(/failed +metrics +.*UNIMPLEMENTED/)
    expect(stdout).toContain('Not delivered: metrics.')
  })

  it('ends with code 1 when it does not, with the cause and what to do', async () => {
    receiver.misbehave({ answer: { status: 401, message: `${SECRET} is unknown` } })
    home.configure(table())
    const { code, stdout } = await home.run(['otel', 'doctor'], { env })
    expect(code).toBe(1)
    expect(stdout).toMatch(/failed +logs +.*401, the receiver does not accept the credentials: \*\*\* is unknown\n/)
    expect(stdout).toContain('-> check the value of authorization in otel.exporter.otlp-http.headers')
    expect(stdout).toContain('Not delivered: logs.')
    expect(stdout).not.toContain(SECRET)
  })

  it('ends with code 0 and says so when nothing is configured', async () => {
    const { code, stdout } = await home.run(['otel', 'doctor'])
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing is exported, as nothing asks for it')
    expect(stdout).toContain('\n\n  codex-demo -c otel.exporter=console\n  codex-demo otel view\n\n')
  })

  it('ends with code 1 when a mistake switched a signal off, which it says once', async () => {
    home.configure('[otel]\nexporter = "otlp-htp"\n')
    const { code, stdout } = await home.run(['otel', 'doctor'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/blocked +logs +not exported: see the problem of otel\.exporter above \(config\.toml:2\)\n/)
    expect(stdout.match(/found "otlp-htp"/g)).toHaveLength(1)
  })

  it.each([
    ['[otel]\nexpoter = "otlp-http"\n', 'otel.expoter', '"exporter" (did you mean that?); log events are not exported'],
    ['[otle]\nexporter = "otlp-http"\n', 'otle.exporter', 'this line below [otel]: exporter = ...; log events'],
    ['exporter = "otlp-http"\n[otel]\n', 'exporter', 'this line below [otel]: exporter = ...; log events'],
  ])('ends with code 1 when the exporter is misspelt or outside of [otel]: %j', async (text, key, allowed) => {
    home.configure(text)
    const { code, stdout } = await home.run(['otel', 'doctor'])
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`blocked +logs +not exported: see the problem of ${key} above`))
    expect(stdout).toContain(allowed)
    expect((await home.run(['otel', 'config', '--strict-config'])).code).toBe(2)
  })

  it('prints one JSON document, for programs', async () => {
    receiver.misbehave({ answer: { status: 404 } })
    home.configure(table())
    const { code, stdout } = await home.run(['otel', 'doctor', '--json'], { env })
    const diagnosis = JSON.parse(stdout) as Diagnosis
    expect(code).toBe(1)
    expect(diagnosis).toMatchObject({
      telemetryIncluded: true,
      ok: false,
      config: { file: home.configFile, problems: [] },
      spool: { directory: join(home.directory, 'otel-spool'), enabled: true, destinations: [] },
    })
    expect(diagnosis.signals).toContainEqual({
      signal: 'logs',
      state: 'failed',
      cause: 'not-found',
      status: 404,
      endpoint: receiver.logsUrl,
      protocol: 'http/protobuf',
      durationMs: expect.any(Number),
      message: expect.stringContaining('404'),
      advice: expect.any(String),
    })
  })

  it('leaves no record with --empty', async () => {
    home.configure(table())
    expect(await home.run(['otel', 'doctor', '--empty'], { env })).toMatchObject({ code: 0 })
    expect(receiver.requests).toHaveLength(1)
    expect(receiver.logs).toEqual([])
  })

  it('paints only where a terminal reads it', async () => {
    home.configure(table())
    const { stdout } = await home.run(['otel', 'doctor'], { env })
    expect(stdout).not.toContain('\u001b')
  })
})

describe('codex-demo otel flush', () => {
  it('sends what a run could not deliver, and reports it', async () => {
    home.configure(table().replace(PATIENT, ''))
    receiver.misbehave({ answer: { status: 503, retryAfter: 3600 } })
    expect((await home.run(['exec', 'Say hello'], { env })).code).toBe(0)
    const failed = await home.run(['otel', 'flush'], { env })
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(/logs +0 records of \d+ delivered, \d+ still on disk/)

    receiver.behave()
    const { code, stdout } = await home.run(['otel', 'flush', '--json'], { env })
    expect(code).toBe(0)
    const [logs] = (JSON.parse(stdout) as SpoolFlush).destinations
    expect(logs).toMatchObject({ signal: 'logs', delivered: true, left: 0, dropped: 0 })
    expect(receiver.logs).toHaveLength(logs?.exported ?? -1)
    expect(receiver.logs.map(({ eventName }) => eventName)).toContain('codex.user_prompt')
    const again = await home.run(['otel', 'flush'], { env })
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing waits in') })
  })

  it.skipIf(process.platform === 'win32')(
    'does not wait for pipes, names them, and sends what is beside them',
    async () => {
      home.configure(table().replace(PATIENT, ''))
      receiver.misbehave({ answer: { status: 503, retryAfter: 3600 } })
      expect((await home.run(['exec', 'Say hello'], { env })).code).toBe(0)
      receiver.behave()
      const spool = join(home.directory, 'otel-spool')
      const folder = readdirSync(spool).find(name => name.startsWith('logs-')) ?? ''
      rmSync(join(spool, folder, 'destination.json'))
      const pipes = [`${folder}/0000000000001-0123456789abcdef-1.otlp`, `${folder}/destination.json`]
      for (const pipe of pipes) execFileSync('mkfifo', [join(spool, pipe)])
      const doctor = await home.run(['otel', 'doctor'], { env })
      const { code, stdout } = await home.run(['otel', 'flush'], { env })
      expect([doctor.code, code]).toEqual([0, 0])
      expect(stdout).toMatch(/logs +\d+ records of \d+ delivered \(/)
      for (const text of [doctor.stdout, stdout]) {
        expect(text).toContain('2 entries are no files of the spool and are left alone:\n')
        for (const pipe of pipes) expect(text).toContain(`- ${pipe}: named pipe\n`)
      }
    },
  )

  it.skipIf(process.platform !== 'linux')(
    'leaves to a run what that one keeps, and sends it as soon as the run is killed',
    async () => {
      home.configure(table().replace(PATIENT, ''))
      receiver.misbehave({ answer: { status: 503 } })
      const codexHome = home.directory
      let kill = (): void => {}
      const started = runAgent(
        {
          telemetry: 'codex',
          codexHome,
          exporter: exporterFor(receiver, 'http'),
          label: 'killed',
          events: 100,
          counts: true,
          workMs: 60_000,
          ending: 'exit',
        },
        {
          onReport(_, end) {
            kill = end
          },
        },
      )
      await expect.poll(() => spooledRecords(codexHome), { timeout: 10_000 }).toBe(100)
      const kept = await home.run(['otel', 'flush'], { env })
      expect(kept.code).toBe(1)
      expect(kept.stdout).toContain('a run that has not ended keeps them, and sends them')
      expect(kept.stdout).not.toContain('doctor')
      kill()
      await started
      receiver.behave()
      const sent = await home.run(['otel', 'flush'], { env })
      expect(sent).toMatchObject({ code: 0, stdout: expect.stringMatching(/logs +100 records of 100 delivered/) })
      expect(receiver.logs).toHaveLength(100)
    },
  )
})

describe('codex-demo otel', () => {
  it.each(['doctor', 'config', 'flush', 'discard'])(
    '%s says that the build without telemetry has none',
    async action => {
      home.configure(table())
      const plain = await home.run(['otel', action], { env, variant: 'noop' })
      expect(plain).toMatchObject({
        code: 0,
        stderr: '',
        workers: 0,
        stdout: expect.stringContaining('has no telemetry'),
      })
      const json = await home.run(['otel', action, '--json'], { env, variant: 'noop' })
      expect(json.code).toBe(0)
      expect(JSON.parse(json.stdout)).toEqual({ telemetryIncluded: false })
      expect(receiver.connections).toEqual({ http: 0, grpc: 0 })
    },
  )

  it.each([
    [['otel'], 'Try codex-demo otel doctor'],
    [['otel', 'docter'], 'unknown command otel "docter"'],
    [['otel', 'doctor', '-C', 'nowhere'], 'there is no such directory'],
    [['otel', 'doctor', '-c', 'otel'], 'Write -c key=value'],
  ])('refuses %j with code 2 in both builds', async (args, message) => {
    for (const variant of ['otel', 'noop'] as const) {
      const { code, stderr } = await home.run(args, { variant })
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
    }
  })
})

describe('--strict-config', () => {
  it.each([
    ['an error', 'exporter = "otlp-htp"', 'config.toml:2: otel.exporter: found "otlp-htp"'],
    ['a warning', 'exporter = "none"\nenviroment = "x"', 'config.toml:3: otel.enviroment: found the unknown key'],
  ])('ends a run with code 2 before any work because of %s', async (_kind, text, message) => {
    home.configure(`[otel]\n${text}\n`)
    const { code, stdout, stderr, workers } = await home.run(['exec', '--strict-config', 'Say hello'])
    expect({ code, stdout, workers }).toEqual({ code: 2, stdout: '', workers: 0 })
    expect(stderr).toContain(message)
    expect(stderr).toContain('--strict-config')
    expect(existsSync(join(home.directory, 'otel-spool'))).toBe(false)
    expect((await home.run(['exec', 'Say hello'])).code).toBe(0)
    expect((await home.run(['otel', 'config', '--strict-config'])).code).toBe(2)
  })

  it('ends with code 2 for a table that is no TOML, which otherwise only switches telemetry off', async () => {
    home.configure(`model_context_window = 1000\n[otel]\nexporter = { otlp-http = { endpoint = "${SECRET}\n`)
    const { code, stderr } = await home.run(['exec', 'Say hello'])
    expect(code).toBe(0)
    expect(stderr.match(/^.*config\.toml:3: otel: found a syntax error.*$/gm)).toHaveLength(1)
    expect(stderr).not.toContain(SECRET)
    expect((await home.run(['exec', '--strict-config', 'Say hello'])).code).toBe(2)
    const doctor = await home.run(['otel', 'doctor'])
    expect(doctor.code).toBe(1)
    expect(doctor.stdout).toContain('config.toml:3: otel: found a syntax error')
    expect(doctor.stdout).not.toContain(SECRET)
  })

  it.each(['config', 'doctor'])(
    'otel %s answers in a build without telemetry, whatever the file holds',
    async action => {
      home.configure('= =')
      const { code, stdout } = await home.run(['otel', action], { variant: 'noop' })
      expect(code).toBe(0)
      expect(stdout).toContain('this build has no telemetry')
    },
  )

  it('says nothing about a notice, and is accepted where there is nothing to check', async () => {
    home.configure(`[otel]\nexporter = { otlp-http = { endpoint = "${receiver.logsUrl}" } }\n`)
    const quiet = await home.run(['exec', '--strict-config', 'Say hello'], { env: { OTEL_SDK_DISABLED: 'true' } })
    expect(quiet.code).toBe(0)
    home.configure('[otel]\nexporter = "otlp-htp"\n')
    expect((await home.run(['exec', '--strict-config', 'Say hello'], { variant: 'noop' })).code).toBe(0)
  })
})
