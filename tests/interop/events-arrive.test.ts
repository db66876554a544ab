import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, runNode } from '@codex/test-kit/run-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERY_KIND } from './every-kind.ts'
import { type IndependentReceiver, startIndependentReceiver, type WireLog } from './independent-receiver.ts'

const EMIT_EVERY_KIND = fileURLToPath(new URL('./emit-every-kind.ts', import.meta.url))
const DEMO = join(ROOT, 'apps/demo/dist/otel/cli.js')

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

const eventName = (log: WireLog): unknown => log.attributes['event.name']?.[1]

describe('at an independent receiver', () => {
  let receiver: IndependentReceiver
  let directory: string

  beforeAll(async () => {
    receiver = await startIndependentReceiver()
    directory = mkdtempSync(join(tmpdir(), 'codex-otel-interop-'))
  })
  afterAll(async () => {
    await receiver.close()
    rmSync(directory, { recursive: true })
  })

  const exporters = () => ({
    'OTLP/HTTP binary': { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'binary' } },
    'OTLP/HTTP JSON': { 'otlp-http': { endpoint: receiver.logsUrl, protocol: 'json' } },
    'OTLP/gRPC': { 'otlp-grpc': { endpoint: receiver.grpcUrl } },
  })

  describe.each(['OTLP/HTTP binary', 'OTLP/HTTP JSON', 'OTLP/gRPC'] as const)('over %s', transport => {
    let logs: readonly WireLog[]

    beforeAll(async () => {
      const env = { EXPORTER: JSON.stringify(exporters()[transport]) }
      expect(await runNode([EMIT_EVERY_KIND], { cwd: directory, env })).toMatchObject({ code: 0, stderr: '' })
      logs = receiver.takeLogs()
    })

    it('one event of each kind arrives, in the order of its emission', () => {
      expect(logs.map(eventName)).toEqual(Object.keys(EVERY_KIND))
    })

    it.each(Object.entries(EVERY_KIND))('%s has its attributes, with their types', (name, { attributes }) => {
      expect(logs.find(log => eventName(log) === name)?.attributes).toMatchObject(attributes)
    })

    it('each carries what all events carry', () => {
      for (const log of logs) {
        expect(log).toMatchObject({ scope: 'codex_otel', severityNumber: 9, severityText: 'INFO', hasBody: false })
        const common = {
          'event.timestamp': ['stringValue', expect.stringMatching(TIMESTAMP)],
          'conversation.id': ['stringValue', '01a20491-ea9e-7893-8dfd-738a44e42f8c'],
          'app.version': ['stringValue', '1.2.3'],
          auth_mode: ['stringValue', 'Chatgpt'],
          originator: ['stringValue', 'codex_exec'],
          'user.account_id': ['stringValue', 'account-1'],
          model: ['stringValue', 'gpt-5.1-codex'],
        }
        const notOfSkills = {
          'user.email': ['stringValue', 'someone@example.com'],
          'terminal.type': ['stringValue', 'dumb'],
          slug: ['stringValue', 'gpt-5.1-codex'],
        }
        const isSkill = eventName(log) === 'codex.skill_invocation'
        expect(log.attributes).toMatchObject(isSkill ? common : { ...common, ...notOfSkills })
        if (isSkill) for (const name of Object.keys(notOfSkills)) expect(log.attributes).not.toHaveProperty([name])
        expect(log.resource).toMatchObject({
          'service.name': ['stringValue', 'codex-cli'],
          'service.version': ['stringValue', '1.2.3'],
          env: ['stringValue', 'staging'],
          'host.name': ['stringValue', hostname()],
          'telemetry.sdk.language': ['stringValue', 'nodejs'],
        })
      }
    })
  })

  // Over gRPC, because that is what bundlers lose first.
  it('the conversation of a bundled agent arrives', async () => {
    const home = join(directory, 'home')
    mkdirSync(home)
    writeFileSync(
      join(home, 'config.toml'),
      `[otel]\nshutdown_timeout_ms = 10000\nlog_user_prompt = true\nexporter = { otlp-grpc = { endpoint = "${receiver.grpcUrl}" } }\n`,
    )
    const { code } = await runNode([DEMO, 'exec', '--answers', 'accept,decline', 'Give me the tour'], {
      cwd: directory,
      env: { CODEX_HOME: home, TERM: 'dumb' },
    })
    expect(code).toBe(0)
    const logs = receiver.takeLogs()
    expect(new Set(logs.map(eventName))).toEqual(
      new Set([
        'codex.startup_phase',
        'codex.conversation_starts',
        'codex.user_prompt',
        'codex.api_request',
        'codex.sse_event',
        'codex.turn_ttft',
        'codex.tool_decision',
        'codex.tool_result',
      ]),
    )
    const valuesOf = (name: string, attribute: string): unknown[] =>
      logs.filter(log => eventName(log) === name).map(log => log.attributes[attribute]?.[1])
    expect(valuesOf('codex.user_prompt', 'prompt')).toEqual(['Give me the tour'])
    expect(valuesOf('codex.api_request', 'http.response.status_code').slice(0, 2)).toEqual([500, 200])
    expect(new Set(valuesOf('codex.tool_decision', 'decision'))).toEqual(new Set(['approved', 'denied']))
    const conversations = new Set(logs.map(log => log.attributes['conversation.id']?.[1]))
    expect([...conversations]).toEqual([expect.stringMatching(UUID_V7)])
  })
})
