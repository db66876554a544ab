import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Diagnostic } from '@codex/otel-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthenticatedSend } from './authenticated-send.ts'
import { createHeaderSource, type HeaderSource, type HeaderSourceOptions } from './header-source.ts'
import { createHeadersHelpers } from './headers-helper.ts'

function sourceOf(
  command: string,
  kind: 'otlp-http' | 'otlp-grpc' = 'otlp-http',
  options: Pick<HeaderSourceOptions, 'helpers' | 'signal'> = {},
) {
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
      ...options,
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

  describe('of several destinations', () => {
    let directory = ''
    let runs = ''
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'headers-helper-'))
      runs = join(directory, 'runs')
    })
    afterEach(() => rmSync(directory, { recursive: true }))
    const countRuns = (): number => (existsSync(runs) ? readFileSync(runs, 'utf8').split('\n').length - 1 : 0)
    const keyOf = async ({ source }: ReturnType<typeof sourceOf>) => (await source.current())['x-key']

    it('is run once for all of them, and after a 401 once more', async () => {
      const command = `echo run >> '${runs}'; printf '{"x-key":"key-%s"}' $(($(wc -l < '${runs}')))`
      const helpers = createHeadersHelpers()
      const [logs, metrics] = [sourceOf(command, 'otlp-http', { helpers }), sourceOf(command, 'otlp-http', { helpers })]
      expect(await Promise.all([keyOf(logs), keyOf(metrics)])).toEqual(['key-1', 'key-1'])
      const rejected = await logs.source.current()
      expect(await Promise.all([logs.source.refresh(rejected), metrics.source.refresh(rejected)])).toEqual([true, true])
      expect(await Promise.all([keyOf(logs), keyOf(metrics)])).toEqual(['key-2', 'key-2'])
      expect(countRuns()).toBe(2)
    })

    it('is run for each command by itself', async () => {
      const helpers = createHeadersHelpers()
      const sources = ['a', 'b'].map(key => sourceOf(`echo '{"x-key":"${key}"}'`, 'otlp-http', { helpers }))
      expect(await Promise.all(sources.map(keyOf))).toEqual(['a', 'b'])
    })

    it('that fails is told of once', async () => {
      const helpers = createHeadersHelpers()
      const [logs, metrics] = [
        sourceOf('exit 3', 'otlp-http', { helpers }),
        sourceOf('exit 3', 'otlp-http', { helpers }),
      ]
      await Promise.all([logs.source.current(), metrics.source.current()])
      expect([logs.source.failure, metrics.source.failure]).toEqual([expect.any(String), expect.any(String)])
      expect([...logs.said, ...metrics.said]).toHaveLength(1)
    })

    it('goes on until the last destination is shut down', async () => {
      const command = `echo run >> '${runs}'; exec sleep 600`
      const helpers = createHeadersHelpers()
      const ends = [new AbortController(), new AbortController()] as const
      const [first, second] = ends.map(({ signal }) => sourceOf(command, 'otlp-http', { helpers, signal }).source)
      let firstIsRead = false
      const reads = [first?.current().then(() => (firstIsRead = true)), second?.current()]
      await expect.poll(countRuns).toBe(1)
      ends[0].abort()
      await new Promise(resolve => setImmediate(resolve))
      expect(firstIsRead).toBe(false)
      ends[1].abort()
      await Promise.all(reads)
      expect(second?.failure).toContain('was ended, telemetry is shut down')
      expect(countRuns()).toBe(1)
    })
  })
})
