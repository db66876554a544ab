import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { startReceiver } from '@codex/otlp-receiver'
import { expect, it } from 'vitest'
import { createTelemetry } from '../create-telemetry.ts'

it('patterns of the user hide what they match in events and tags, and no text holds the worker up', async () => {
  await using receiver = await startReceiver()
  const home = mkdtempSync(join(tmpdir(), 'codex-otel-patterns-'))
  const diagnostics: Diagnostic[] = []
  const http = (path: string) => ({ 'otlp-http': { endpoint: `${receiver.httpUrl}${path}`, protocol: 'binary' } })
  const telemetry = createTelemetry({
    config: {
      exporter: http('/v1/logs'),
      metrics_exporter: http('/v1/metrics'),
      content: { scrub_patterns: ['(x+x+)+y', '(?:a|a)+b', '.*.*.*=!', 'EMP-\\d{6}'] },
    },
    codexHome: home,
    serviceVersion: '1',
    env: {},
    onDiagnostic: diagnostic => diagnostics.push(diagnostic),
  })
  const session = telemetry.session({ conversationId: 'c', model: 'm', originator: 'o', terminalType: 't' })
  const call = (text: string) =>
    session.emit('codex.tool_result', {
      toolName: 'EMP-123456',
      callId: 'call',
      durationMs: 1,
      success: true,
      arguments: text,
      output: 'EMP-654321',
    })
  call('before')
  for (const unit of ['x', 'a', '= ']) call(unit.repeat(60_000 / unit.length))
  call('after')
  expect(await telemetry.shutdown({ timeoutMs: 20_000 })).toBe(true)
  rmSync(home, { recursive: true })
  expect(diagnostics).toEqual([])
  expect(telemetry.health()).toMatchObject({ logs: { exported: 5, dropped: {} } })
  expect(receiver.logs.at(-1)?.attributes.arguments?.value).toBe('after')
  const records = [...receiver.logs, ...receiver.metrics]
  const values = records.flatMap(({ attributes }) => Object.values(attributes))
  const sent = values.map(attribute => String(attribute?.value)).join(' ')
  expect(sent).toContain('[SCRUBBED:custom]')
  expect(sent).not.toContain('123456')
  expect(sent).not.toContain('654321')
})
