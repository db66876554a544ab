import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HeaderConfig } from '../../config/effective-config.ts'
import { writeFiles } from './certificates.fixture.ts'
import { createHeaderSource, type HeaderSource } from './header-source.ts'

/** A source with a clock that the test moves, and its diagnostics. */
function sourceOf(...headers: HeaderConfig[]): { source: HeaderSource; said: string[]; clock: { ms: number } } {
  const said: string[] = []
  const clock = { ms: 0 }
  const source = createHeaderSource(headers, { onDiagnostic: ({ message }) => said.push(message), now: () => clock.ms })
  return { source, said, clock }
}

const node = (script: string): string[] => [process.execPath, '-e', script]
const command = (script: string, ttlMs = 1_000): HeaderConfig => ({
  name: 'authorization',
  command: node(script),
  ttlMs,
})

/** Prints `token-1`, `token-2`... and fails while the file `fail` is beside its counter. */
function tokenHelper(): { script: string; runs: () => number; fail: (on: boolean) => void } {
  const { counter } = writeFiles({ counter: '0' })
  const failing = join(dirname(counter), 'fail')
  const script = `
    const fs = require('node:fs')
    if (fs.existsSync(${JSON.stringify(failing)})) { console.error('canary'); process.exit(3) }
    const n = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8')) + 1
    fs.writeFileSync(${JSON.stringify(counter)}, String(n))
    console.log('  token-' + n + '  \\nsecond line')`
  return {
    script,
    runs: () => Number(readFileSync(counter, 'utf8')),
    fail: on => {
      if (on) writeFileSync(failing, '')
      else if (existsSync(failing)) unlinkSync(failing)
    },
  }
}

describe('a value', () => {
  it('is sent as it is', async () => {
    const { source } = sourceOf({ name: 'x-key', value: 'abc' })
    expect(await source.current()).toEqual({ 'x-key': 'abc' })
    expect(await source.refresh({ 'x-key': 'abc' })).toBe(false)
  })

  it('that no header can carry is left out, and not shown', async () => {
    const { source, said } = sourceOf({ name: 'x-key', value: 'canary\r\nx-other: 1' })
    expect(await source.current()).toEqual({})
    expect(source.missing).toEqual(['x-key'])
    expect(said).toEqual(['header "x-key": a value with a control character (such as a tab) cannot be sent'])
  })
})

describe('a file', () => {
  it('is read again when it changes', async () => {
    const { token } = writeFiles({ token: ' one\n' })
    const { source } = sourceOf({ name: 'x-key', file: token })
    expect(await source.current()).toEqual({ 'x-key': 'one' })
    writeFileSync(token, 'two!')
    expect(await source.refresh({ 'x-key': 'one' })).toBe(true)
    expect(await source.current()).toEqual({ 'x-key': 'two!' })
    expect(await source.refresh({ 'x-key': 'two!' })).toBe(false)
  })

  it('that is missing is reported once, and once more when it went missing again', async () => {
    const { token } = writeFiles({ token: 'one' })
    const { source, said } = sourceOf({ name: 'x-key', file: token }, { name: 'x-other', value: '1' })
    unlinkSync(token)
    expect(await source.current()).toEqual({ 'x-other': '1' })
    expect(await source.current()).toEqual({ 'x-other': '1' })
    expect(source.missing).toEqual(['x-key'])
    expect(said).toEqual([`header "x-key": cannot read ${token}: ENOENT`])
    writeFileSync(token, 'one')
    expect(await source.current()).toMatchObject({ 'x-key': 'one' })
    expect(source.missing).toEqual([])
    unlinkSync(token)
    await source.current()
    expect(said).toHaveLength(2)
  })

  it('that is no file, or too large for a header, is not read', async () => {
    const { large } = writeFiles({ large: 'x'.repeat(70_000) })
    const { source, said } = sourceOf({ name: 'a', file: '/dev/zero' }, { name: 'b', file: large })
    expect(await source.current()).toEqual({})
    // The files are read at once, so either may be the first.
    expect(said.toSorted()).toEqual([
      'header "a": cannot read /dev/zero: it is not a file',
      expect.stringContaining('it is larger than 65536 bytes'),
    ])
  })
})

describe('a command', () => {
  it('runs once for all calls at the same time, and again when its value has expired', async () => {
    const helper = tokenHelper()
    const { source, clock } = sourceOf(command(helper.script))
    const all = await Promise.all([1, 2, 3].map(() => source.current()))
    expect(all).toEqual(Array(3).fill({ authorization: 'token-1' }))
    clock.ms = 700
    expect(await source.current()).toEqual({ authorization: 'token-1' })
    expect(helper.runs()).toBe(1)
    clock.ms = 1_000
    expect(await source.current()).toEqual({ authorization: 'token-2' })
  })

  it('runs again before its value expires, while that is still in use', async () => {
    const helper = tokenHelper()
    const { source, clock } = sourceOf(command(helper.script))
    await source.current()
    clock.ms = 900
    expect(await source.current()).toEqual({ authorization: 'token-1' })
    await expect.poll(() => source.current()).toEqual({ authorization: 'token-2' })
    expect(helper.runs()).toBe(2)
  })

  it('runs again when its value was rejected, once for all rejected requests', async () => {
    const helper = tokenHelper()
    const { source } = sourceOf(command(helper.script, 1_000_000))
    const rejected = await source.current()
    expect(await Promise.all([1, 2, 3].map(() => source.refresh(rejected)))).toEqual([true, true, true])
    expect(helper.runs()).toBe(2)
    expect(await source.refresh(rejected)).toBe(true)
    expect(helper.runs()).toBe(2)
  })

  it('that fails leaves the value in use until that expires, and is named with its exit code only', async () => {
    const helper = tokenHelper()
    const { source, said, clock } = sourceOf(command(helper.script))
    const first = await source.current()
    helper.fail(true)
    expect(await source.refresh(first)).toBe(false)
    expect(await source.current()).toEqual({ authorization: 'token-1' })
    clock.ms = 10_000
    expect(await source.current()).toEqual({})
    expect(source.missing).toEqual(['authorization'])
    expect(said).toEqual([
      'header "authorization": node ended with exit code 3; run it by hand to see what it says on stderr',
    ])
    helper.fail(false)
    clock.ms = 12_000
    expect(await source.current(), 'not asked again at once').toEqual({})
    clock.ms = 20_000
    expect(await source.current()).toEqual({ authorization: 'token-2' })
  })

  it.each([
    ['is not there', ['codex-no-such-program', 'canary'], 'codex-no-such-program was not found'],
    ['prints nothing', node('console.error("canary")'), 'node printed nothing; run it by hand'],
    [
      'prints without end',
      node('setInterval(() => console.log("canary".repeat(9999)))'),
      'node printed more than 65536',
    ],
    ['is killed', node('process.kill(process.pid, "SIGTERM")'), 'node was ended by SIGTERM'],
    ['prints what no header can carry', node('console.log("canary\\u0001")'), 'a value with a control character'],
  ])('that %s is reported to do so', async (_what, argv, message) => {
    const { source, said } = sourceOf({ name: 'authorization', command: argv, ttlMs: 1_000 })
    expect(await source.current()).toEqual({})
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(`header "authorization": ${message}`)
    expect(said[0]).not.toContain('canary')
  })

  it('does not run in the working directory, nor with the variables of OpenTelemetry', async () => {
    process.env.OTEL_EXPORTER_OTLP_HEADERS = 'x=canary'
    const { source } = sourceOf(command('console.log(process.cwd(), process.env.OTEL_EXPORTER_OTLP_HEADERS)'))
    const { authorization } = await source.current()
    delete process.env.OTEL_EXPORTER_OTLP_HEADERS
    expect(authorization).toBe(`${process.env.HOME} undefined`)
  })
})
