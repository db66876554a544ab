import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../showcase/main.ts', import.meta.url))
const VIEWER = fileURLToPath(new URL('../../viewer/dist/cli.js', import.meta.url))
const CAPTURE = fileURLToPath(new URL('../../../node_modules/.cache/codex-demo/tour.jsonl', import.meta.url))

interface Run {
  child: ChildProcess
  stdout: () => string
  stderr: () => string
  /** Where it puts what is temporary. */
  tmp: string
}

function start(...args: string[]): Run {
  const tmp = mkdtempSync(join(tmpdir(), 'showcase-'))
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, TMPDIR: tmp, BROWSER: 'none' } })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(tmp, { recursive: true, force: true })
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', text => {
    stdout += text
  })
  child.stderr.on('data', text => {
    stderr += text
  })
  return { child, stdout: () => stdout, stderr: () => stderr, tmp }
}

it('the demo shows what both builds send, and keeps what arrived in a file that the viewer opens', async () => {
  const { child, stdout, tmp } = start()
  const ended = await once(child, 'close')
  expect(stdout().match(/not as it should be.*/g) ?? []).toEqual([])
  expect(ended).toEqual([0, null])
  expect(stdout()).toMatch(/npm run viewer -- open \S+tour\.jsonl/)
  expect(statSync(CAPTURE).mode & 0o777).toBe(0o600)
  const listed = spawnSync(process.execPath, [VIEWER, 'open', CAPTURE, '--json'])
  expect(listed.stderr.toString()).toMatch(/^added \d+ log records, \d+ data points, \d+ spans/)
  expect(JSON.parse(listed.stdout.toString())).toMatchObject([{ tools: 3 }, { tools: 3 }])
  expect(readdirSync(tmp)).toEqual([])
})

it('the demo goes into a page as it is held, until Ctrl-C, and leaves nothing behind', async () => {
  const { child, stdout, stderr, tmp } = start('--view')
  await expect.poll(stdout, { timeout: 60_000 }).toContain('Ctrl-C ends the viewer.')
  const [page = ''] = /http:\S+#t=\S+/.exec(stdout()) ?? []
  const { origin, hash } = new URL(page)
  const body = JSON.stringify({ token: hash.slice('#t='.length) })
  const opened = await fetch(`${origin}/api/session`, { method: 'POST', body })
  const headers = { cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '' }
  const answer = await fetch(`${origin}/api/query/sessions?from=0&to=${Number.MAX_SAFE_INTEGER}&limit=9`, { headers })
  const tour = { title: 'Give me the tour', tools: 3, denied: 1, errors: 1 }
  expect(await answer.json()).toMatchObject([{ ...tour, title: 'Give me the tour, over a WebSocket' }, tour])
  const info = await fetch(`${origin}/api/info`, { headers })
  expect(await info.json()).toMatchObject({ receiving: { http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) } })
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(readdirSync(tmp)).toEqual([])
  expect(stderr()).not.toContain('Error')
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('a demo that is ended by %s ends its conversation and leaves nothing behind', async (signal, code) => {
  const { child, stdout, tmp } = start()
  await expect.poll(stdout, { timeout: 60_000 }).toContain('codex-demo with telemetry:')
  expect(readdirSync(tmp)).not.toEqual([])
  child.kill(signal)
  expect(await once(child, 'close')).toEqual([code, null])
  expect(readdirSync(tmp)).toEqual([])
})

it('a demo whose reader goes away ends without a word, and leaves nothing behind', async () => {
  const { child, stderr, tmp } = start()
  await once(child.stdout as Readable, 'data')
  child.stdout?.destroy()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(stderr()).not.toContain('Error')
  expect(readdirSync(tmp)).toEqual([])
})

it('the viewer of a demo that is killed ends, too, and leaves no store behind', async () => {
  const { child, stdout, tmp } = start('--view')
  await expect.poll(stdout, { timeout: 60_000 }).toContain('The page:')
  const [page = ''] = /http:\S+(?=#t=)/.exec(stdout()) ?? []
  expect((await fetch(page)).status).toBe(200)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect
    .poll(() =>
      fetch(page).then(
        () => 'answers',
        () => 'is gone',
      ),
    )
    .toBe('is gone')
  const files = readdirSync(tmp, { recursive: true, encoding: 'utf8' })
  expect(files.filter(name => /\.db|viewer|view-/.test(name))).toEqual([])
})

it.each([
  [['--db', 'x'], '--db goes with --view'],
  [['--vew'], "Unknown option '--vew'"],
])('the demo refuses %j with what it takes', async (args, message) => {
  const { child, stderr } = start(...args)
  expect(await once(child, 'close')).toEqual([2, null])
  expect(stderr()).toContain(message)
  expect(stderr()).toContain('npm run demo -- [--view [--db <file>]]')
})
