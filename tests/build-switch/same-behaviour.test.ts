import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { type Finished, runNode } from '@codex/test-kit/run-node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { entryOf, type Variant } from './bundle.ts'

interface Case {
  what: string
  args: readonly string[]
  stdin?: string
  /** Before the `[otel]` table in `config.toml`. */
  config?: string
  /** Instead of a table that asks for export. */
  otel?: string
  code: number
}

const UNREACHABLE = `
model_provider = "nobody"
[model_providers.nobody]
name = "nobody"
base_url = "http://127.0.0.1:1/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`

const TURNS: readonly Case[] = [
  { what: 'a question', args: ['exec', 'Say hello'], code: 0 },
  { what: 'a question on standard input', args: ['exec', '-'], stdin: 'Why is that?\n', code: 0 },
  { what: 'a command that needs no approval', args: ['exec', '--approval-policy', 'never', 'look'], code: 0 },
  { what: 'approvals, refusals and a retry', args: ['exec', '--answers', 'accept,decline,accept', 'tour'], code: 0 },
  { what: 'an abort', args: ['exec', '--answers', 'abort', 'delete a file'], code: 0 },
  { what: 'a conversation', args: [], stdin: 'hello\nlist the files\n', code: 0 },
  { what: 'a provider that is not there', args: ['exec', 'Say hello'], config: UNREACHABLE, code: 1 },
  { what: 'a wrong [otel] table', args: ['exec', 'Say hello'], otel: 'exporter = "carrier-pigeon"', code: 0 },
]

const ARGUMENTS: readonly Case[] = [
  { what: 'a request for help', args: ['--help'], code: 0 },
  { what: 'an option that there is not', args: ['exec', '--telemetry', 'x'], code: 2 },
  { what: 'a command that there is not', args: ['exce', 'x'], code: 2 },
  { what: 'an empty prompt', args: ['exec', ''], code: 2 },
  { what: 'a directory that there is not', args: ['exec', '-C', 'nowhere', 'x'], code: 2 },
]

describe('the demo with the feature and without it, both configured to export', () => {
  const receivers = {} as Record<Variant, Receiver>
  let directory: string

  beforeAll(async () => {
    for (const variant of ['otel', 'noop'] as const) receivers[variant] = await startReceiver()
  })
  afterAll(() => Promise.all(Object.values(receivers).map(receiver => receiver.close())))
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'codex-otel-switch-'))
    mkdirSync(join(directory, 'work'))
    writeFileSync(join(directory, 'work', 'a-file'), '')
    receivers.otel.reset()
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  function run(variant: Variant, { args, stdin, config = '', otel }: Case): Promise<Finished> {
    const home = join(directory, variant)
    const { logsUrl } = receivers[variant]
    const table = otel ?? `exporter = { otlp-http = { endpoint = "${logsUrl}", protocol = "binary" } }`
    mkdirSync(home)
    // What is looked at is that all arrives, on a busy machine too.
    writeFileSync(join(home, 'config.toml'), `${config}\n[otel]\nshutdown_timeout_ms = 10000\n${table}\n`)
    return runNode([entryOf(variant), ...args], {
      cwd: join(directory, 'work'),
      env: { CODEX_HOME: home, HOME: home, TERM: 'dumb', OTEL_EXPORTER_OTLP_ENDPOINT: receivers[variant].httpUrl },
      ...(stdin === undefined ? {} : { stdin }),
    })
  }

  async function runBoth(test: Case): Promise<Record<Variant, Finished>> {
    const [otel, noop] = await Promise.all([run('otel', test), run('noop', test)])
    return { otel, noop }
  }

  const silent = { http: 0, grpc: 0 }

  it.each(TURNS)('answer $what alike', async test => {
    const { otel, noop } = await runBoth(test)
    expect({ code: noop.code, stdout: noop.stdout }).toEqual({ code: otel.code, stdout: otel.stdout })
    expect(noop.code).toBe(test.code)
    expect(noop.workers).toBe(0)
    expect(receivers.noop.connections).toEqual(silent)
    // The control: from the same configuration the other build starts its worker, and all of it arrives.
    const exports = test.otel === undefined
    expect(otel.workers).toBe(exports ? 1 : 0)
    if (exports) await receivers.otel.waitForLogs(2)
    else expect(receivers.otel.requests).toEqual([])
  })

  it.each(ARGUMENTS)('answer $what alike, word for word', async test => {
    const { otel, noop } = await runBoth(test)
    expect(noop).toEqual(otel)
    expect(noop.code).toBe(test.code)
    expect(noop.stdout + noop.stderr).not.toBe('')
  })

  it('tell apart which they are, by --version', async () => {
    const { otel, noop } = await runBoth({ what: 'a request for the version', args: ['--version'], code: 0 })
    expect(otel.stdout).toMatch(/^codex-demo \d+\.\d+\.\d+ \(\+otel\)\n$/)
    expect(noop.stdout).toBe(otel.stdout.replace('+', '-'))
  })
})
