import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { collectText } from '@codex/test-kit/run-process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { spooledRecords } from '../agent/spooled-records.ts'
import { entryOf } from '../build-switch/bundle.ts'
import { createDemoHome, type DemoHome } from './demo-home.ts'

/** The script(1) of util-linux, which makes a pseudo-terminal; its options differ on other systems. */
const SCRIPT = '/usr/bin/script'
const IN_TERMINAL = existsSync(SCRIPT) && process.platform === 'linux'

let wrong: Receiver
let right: Receiver
let home: DemoHome
let records: number
beforeEach(async () => {
  ;[wrong, right] = await Promise.all([startReceiver(), startReceiver()])
  home = createDemoHome()
  wrong.misbehave({ answer: { status: 503, retryAfter: 3600 } })
  configure(wrong)
  expect((await home.run(['exec', 'Say hello'])).code).toBe(0)
  records = spooledRecords(home.directory)
  expect(records).toBeGreaterThan(0)
  configure(right)
})
afterEach(async () => {
  await Promise.all([wrong.close(), right.close()])
})

const configure = (receiver: Receiver): void =>
  home.configure(`[otel]\nexporter = { otlp-http = { endpoint = "${receiver.logsUrl}" } }\n`)

const idOf = async (): Promise<string> => {
  const { stdout } = await home.run(['otel', 'doctor', '--json', '--empty'])
  return JSON.parse(stdout).spool.destinations[0].id
}

describe('records for an endpoint that was corrected', () => {
  it('are reported by the doctor with both commands', async () => {
    const { code, stdout } = await home.run(['otel', 'doctor'])
    expect(code).toBe(0)
    expect(stdout).toContain(`for ${wrong.logsUrl} (id ${await idOf()}); the configuration names no such destination`)
    expect(stdout).toContain(`To send them to ${right.logsUrl} instead, run codex-demo otel flush --to-current;`)
    expect(stdout).toContain('to delete them, codex-demo otel discard.')
  })

  it.each([[['flush', '--to-current']], [['discard']]])(
    'are shown by %j, which refuses without a terminal',
    async args => {
      const { code, stdout, stderr } = await home.run(['otel', ...args])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(
        new RegExp(`logs: ${records} records in \\d+ requests? \\(.*\\) for ${wrong.logsUrl} \\(id`),
      )
      expect(stderr).toContain(`nothing was done. codex-demo otel ${args.join(' ')} --yes does it without asking.`)
      expect(spooledRecords(home.directory)).toBe(records)
      expect(right.logs).toEqual([])
    },
  )

  it('go to the current one with --yes, which says where and what of the policy', async () => {
    const { code, stdout, stderr } = await home.run(['otel', 'flush', '--to-current', '--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain(`  -> ${right.logsUrl}\n`)
    expect(stderr).toContain('[otel.content] applied then, and a stricter policy since then changes nothing.')
    expect(stdout).toContain(
      `${records} records of ${records} delivered (${right.logsUrl}, recorded for ${wrong.logsUrl})`,
    )
    expect(right.logs).toHaveLength(records)
    const again = await home.run(['otel', 'flush', '--to-current'])
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing waits in') })
  })

  it('are chosen by id or endpoint, and the result is JSON for programs', async () => {
    const unknown = await home.run(['otel', 'flush', '--to-current', '--yes', '--destination', 'http://x.invalid/'])
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain(`there are ${await idOf()} (${wrong.logsUrl}).`)
    const chosen = ['--destination', wrong.logsUrl, '--destination', await idOf()]
    const { code, stdout } = await home.run(['otel', 'flush', '--to-current', '--yes', '--json', ...chosen])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      destinations: [{ recordedFor: wrong.logsUrl, exported: records }],
    })
  })

  it('are not sent where the configuration sends nothing', async () => {
    home.configure('[otel]\n')
    const { code, stdout, stderr } = await home.run(['otel', 'flush', '--to-current'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain('To send them, name an endpoint for them again and run codex-demo otel flush --to-current')
  })

  it('are deleted with --yes, and only when they are old enough', async () => {
    const young = await home.run(['otel', 'discard', '--yes', '--older-than', '1h'])
    expect(young).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was there to delete') })
    expect(spooledRecords(home.directory)).toBe(records)
    const { code, stdout, stderr } = await home.run(['otel', 'discard', '--yes'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      `To be deleted from ${join(home.directory, 'otel-spool')}:\n  logs: ${records} records in `,
    )
    // Nothing goes there.
    expect(stderr).not.toContain(right.logsUrl)
    expect(stdout).toContain(`logs     ${records} records deleted (${wrong.logsUrl})`)
    expect(stdout).toContain('nothing waits in')
    expect([right.logs, wrong.logs]).toEqual([[], []])
  })

  it('are left by discard when the configuration names them, until they are named', async () => {
    configure(wrong)
    expect(await home.run(['otel', 'discard', '--yes'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing was there to delete'),
    })
    expect(await home.run(['otel', 'discard', '--yes', '--json', '--all'])).toMatchObject({ code: 0 })
    expect(spooledRecords(home.directory)).toBe(0)
  })

  it.skipIf(process.platform === 'win32')(
    'are neither lost nor sent twice when the sending is interrupted',
    async () => {
      right.misbehave({ answer: 'hang' })
      const child = spawn(process.execPath, [entryOf('otel'), 'otel', 'flush', '--to-current', '--yes'], {
        env: { CODEX_HOME: home.directory, HOME: home.directory, PATH: process.env.PATH },
        stdio: 'ignore',
      })
      await vi.waitFor(() => expect(right.connections.http).toBe(1), { timeout: 10_000 })
      child.kill('SIGINT')
      expect(await once(child, 'exit')).toEqual([130, null])
      right.behave()
      expect(await home.run(['otel', 'flush', '--to-current', '--yes'])).toMatchObject({ code: 0 })
      expect(right.logs).toHaveLength(records)
    },
  )

  it.each([
    [['flush', '--destination', 'x'], '--destination of otel flush needs --to-current'],
    [['discard', '--all', '--destination', 'x'], 'choose --destination or --all'],
    [['discard', '--older-than', 'yesterday'], 'such as 3d'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await home.run(['otel', ...args])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
  })
})

describe.skipIf(!IN_TERMINAL)('in a terminal', () => {
  async function answer(keys: string, ...args: string[]): Promise<{ code: number | null; screen: string }> {
    const command = [process.execPath, entryOf('otel'), 'otel', ...args].map(word => `'${word}'`).join(' ')
    const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
      env: { CODEX_HOME: home.directory, HOME: home.directory, PATH: process.env.PATH, TERM: 'xterm' },
    })
    const screen = collectText(child.stdout)
    await vi.waitFor(() => expect(screen()).toContain('[y/N]'), { timeout: 10_000 })
    child.stdin.write(keys)
    const [code] = (await once(child, 'exit')) as [number | null]
    return { code, screen: screen() }
  }

  it.each([
    ['return', '\r', 1],
    ['no', 'no\r', 1],
    ['Ctrl-D', '\u0004', 1],
    ['Ctrl-C', '\u0003', 130],
  ])('%s does nothing', async (_what, keys, code) => {
    expect((await answer(keys, 'discard')).code).toBe(code)
    expect(spooledRecords(home.directory)).toBe(records)
  })

  it('a yes sends or deletes', async () => {
    const sent = await answer('y\r', 'flush', '--to-current')
    expect(sent.code).toBe(0)
    expect(right.logs).toHaveLength(records)
    configure(wrong)
    expect((await home.run(['exec', 'Say hello'])).code).toBe(0)
    configure(right)
    expect((await answer('yes\r', 'discard')).code).toBe(0)
    expect(spooledRecords(home.directory)).toBe(0)
    expect(existsSync(join(home.directory, 'otel-spool'))).toBe(true)
  })
})
