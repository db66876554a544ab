import type { Diagnostic } from '@codex/otel-api'
import { describe, expect, it } from 'vitest'
import { createAuthenticatedSend } from './authenticated-send.ts'
import { createHeaderSource, type HeaderSource } from './header-source.ts'

function sourceOf(command: string, kind: 'otlp-http' | 'otlp-grpc' = 'otlp-http') {
  const said: Diagnostic[] = []
  const source = createHeaderSource(
    [
      { name: 'x-static', value: 'from-config' },
      { name: 'x-other', value: 'kept' },
    ],
    {
      helper: { config: { command, refreshMs: 60_000 }, kind },
      onDiagnostic: diagnostic => void said.push(diagnostic),
      now: () => 0,
    },
  )
  return { source, said }
}

async function send(headers: HeaderSource) {
  const sent: Readonly<Record<string, string>>[] = []
  const transport = createAuthenticatedSend({
    endpoint: 'http://a',
    headers,
    encode: async data => data,
    async attempt(attempt) {
      sent.push(attempt.headers)
      return { status: 'success' }
    },
  })
  const result = await transport.send(new Uint8Array(), 10_000)
  return { sent, result }
}

describe('a headers helper', () => {
  it.each(['otlp-http', 'otlp-grpc'] as const)('of %s is run by a shell, and its headers win', async kind => {
    const json = `{"X-Key":\n"key-'$((1 + 1))'\\n","x-static":"from-helper"}`
    const { source, said } = sourceOf(`printf %s '${json}'`, kind)
    const { sent, result } = await send(source)
    expect(result.status).toBe('success')
    expect(sent).toEqual([{ 'x-key': 'key-2', 'x-static': 'from-helper', 'x-other': 'kept' }])
    expect(said).toEqual([])
  })

  it('that fails keeps everything back, with one warning', async () => {
    const { source, said } = sourceOf('echo canary >&2; exit 3')
    const results = [await send(source), await send(source)]
    expect(results.map(({ sent, result }) => [sent, result.status])).toEqual([
      [[], 'retryable'],
      [[], 'retryable'],
    ])
    expect(said.map(({ severity }) => severity)).toEqual(['warning'])
    expect(said[0]?.message).toContain(
      'OTel headers helper failed; telemetry is not being exported: headers helper exited with status exit status: 3',
    )
    expect(JSON.stringify([said, results])).not.toContain('canary')
  })

  it.each([
    ['echo canary', 'did not print a JSON object'],
    ['echo \'["canary"]\'', 'did not print a JSON object'],
    ['echo \'{"x-a":5}\'', 'whose value is not a text'],
    [`printf %s '{"x-a":"canary\\nx: 1"}'`, 'a value with a control character'],
    ['echo \'{"host":"canary"}\'', 'which this library sets itself'],
  ])('that prints what is no header says so without repeating it: %s', async (command, reason) => {
    const { source, said } = sourceOf(command)
    expect((await send(source)).sent).toEqual([])
    expect(said[0]?.message).toContain(reason)
    expect(JSON.stringify(said)).not.toContain('canary')
  })
})
