import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { capturedBody, capturesOf, testFolder } from '../testing.fixture.ts'
import { browserCommand } from './open-browser.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname
const FREE_PORTS = ['--otlp-http', '0', '--otlp-grpc', '0']

interface Program {
  child: ChildProcess
  stdout: () => string
  stderr: () => string
  /** Its first line on standard output. */
  line: () => Promise<string>
}

function start(args: readonly string[], env: Record<string, string | undefined> = {}): Program {
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, CI: '', BROWSER: 'none', ...env } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', text => {
      texts[stream] += text
    })
  }
  const line = async (): Promise<string> => {
    await expect.poll(() => texts.stdout).toContain('\n')
    return texts.stdout.split('\n')[0] ?? ''
  }
  return { child, stdout: () => texts.stdout, stderr: () => texts.stderr, line }
}

/** Opens a session with the token of an address. @returns the status and a cookie */
async function enter(url: string): Promise<{ status: number; headers: { cookie: string }; origin: string }> {
  const { origin, hash } = new URL(url)
  const body = JSON.stringify({ token: hash.slice('#t='.length) })
  const { status, headers } = await fetch(`${origin}/api/session`, { method: 'POST', body })
  return { status, headers: { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' }, origin }
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

it('files are shown in a page until Ctrl-C, with nothing but its address on standard output, and leave nothing behind', async () => {
  const tmp = testFolder()
  const { child, line, stdout, stderr } = start(['open', '--page', '--port', '0', ...capturesOf('a-simple')], {
    TMPDIR: tmp,
  })
  const url = await line()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{22}$/)
  const { origin, headers } = await enter(url)
  expect(await (await fetch(`${origin}/api/info`, { headers })).json()).toMatchObject({
    file: 'a-simple.002-http-logs.bin.gz',
    store: { events: 18, maxBytes: null },
    receiving: { http: null, grpc: null },
  })
  expect(readdirSync(tmp)).toHaveLength(1)
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(readdirSync(tmp)).toEqual([])
  expect(stdout()).toBe(`${url}\n`)
  expect(stderr()).toContain('added 18 log records')
})

it('files are listed where standard output is no terminal', async () => {
  const { child, stdout } = start(['open', ...capturesOf('a-simple')])
  expect(await once(child, 'close')).toEqual([0, null])
  expect(stdout()).toMatch(/when +session .*\n.*Say hello please\n$/)
})

it('a taken port of the page is named with the way out', async () => {
  const port = await takenPort()
  const { child, stderr } = start([...FREE_PORTS, '--port', String(port), '--db', join(testFolder(), 'store.db')])
  expect(await once(child, 'close')).toEqual([2, null])
  expect(stderr()).toBe(
    `codex-otel-viewer: ${port} is in use by another program. --port 0 takes a free port for the page.\n`,
  )
})

it.each([
  ['files', ['open', '--page', ...capturesOf('a-simple')]],
  ['a store', [...FREE_PORTS, '--memory']],
])('the page of %s is at a free port where the usual one is taken, and that is said', async (_, args) => {
  const preload = `import net from 'node:net'
    const listen = net.Server.prototype.listen
    net.Server.prototype.listen = function (port, ...more) {
      if (port !== 4319) return listen.call(this, port, ...more)
      return void setImmediate(() => this.emit('error', Object.assign(new Error('taken'), { code: 'EADDRINUSE' })))
    }`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` }
  const { child, line, stderr } = start(args, env)
  const [page = ''] = /http:[^"]+#t=[\w-]+/.exec(await line()) ?? []
  expect((await enter(page)).status).toBe(204)
  expect(new URL(page).port).not.toBe('4319')
  await expect.poll(stderr).toContain('4319, the usual port of the page, is taken; this one was free\n')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('files whose page was asked for at a taken port are not read', async () => {
  const port = await takenPort()
  const { child, stdout, stderr } = start(['open', '--page', '--port', String(port), ...capturesOf('a-simple')])
  expect(await once(child, 'close')).toEqual([2, null])
  expect(stderr()).toContain(`${port} is in use by another program. --port 0 takes a free port`)
  expect(stdout() + stderr()).not.toContain('added')
})

it('Ctrl-C ends the program at once while pages follow what comes in', async () => {
  const { child, line } = start([...FREE_PORTS, '--port', '0', '--db', join(testFolder(), 'store.db')])
  const { page } = JSON.parse(await line()) as { page: string }
  const { origin, headers } = await enter(page)
  const streams = await Promise.all(
    [0, 1, 2].map(async () => {
      const [response] = await once(get(`${origin}/api/live`, { headers }), 'response')
      await once(response, 'data')
      return response
    }),
  )
  const ends = streams.map(stream => once(stream.resume(), 'end'))
  const started = performance.now()
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  // 30 ms on a quiet machine.
  expect(performance.now() - started).toBeLessThan(2_000)
  await Promise.all(ends)
})

it('the program opens no connection while it receives and shows, and ends', async () => {
  // Nor does it ask for the address of a name, send a datagram, or have another program do so.
  const preload = `import { syncBuiltinESMExports } from 'node:module'
    import child from 'node:child_process'
    import dgram from 'node:dgram'
    import dns from 'node:dns'
    import net from 'node:net'
    const refuse = () => { process.stderr.write('CONNECTS\\n'); throw new Error('no connection') }
    net.Socket.prototype.connect = refuse
    dgram.Socket.prototype.send = refuse
    child.ChildProcess.prototype.spawn = refuse
    const { lookup } = dns
    dns.lookup = (name, ...rest) => net.isIP(name) === 0 ? refuse() : lookup(name, ...rest)
    dns.resolve = dns.resolve4 = dns.promises.lookup = dns.promises.resolve = refuse
    syncBuiltinESMExports()`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` }
  const { child, line, stderr } = start([...FREE_PORTS, '--port', '0', '--db', join(testFolder(), 'store.db')], env)
  const { page, http } = JSON.parse(await line()) as { page: string; http: string[] }
  const type = 'application/x-protobuf'
  const body = new Uint8Array(capturedBody('a-simple', 'logs'))
  await fetch(`${http[0]}/v1/logs`, { method: 'POST', headers: { 'content-type': type }, body })
  const { origin, headers } = await enter(page)
  const paths = ['/', '/api/info', '/api/query/refusals?limit=50', '/api/query/facets']
  const answers = await Promise.all(paths.map(path => fetch(origin + path, { headers })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(stderr()).not.toContain('CONNECTS')
})

it('a browser is started when it is asked for, with a code that works once in place of the token', async () => {
  const folder = testFolder()
  const browser = join(folder, 'browser')
  const opened = join(folder, 'opened')
  writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`)
  chmodSync(browser, 0o700)
  const { line } = start([...FREE_PORTS, '--port', '0', '--open', '--db', join(folder, 'store.db')], {
    BROWSER: browser,
  })
  const { page } = JSON.parse(await line()) as { page: string }
  await expect.poll(() => existsSync(opened)).toBe(true)
  const url = readFileSync(opened, 'utf8')
  expect(new URL(url).origin).toBe(new URL(page).origin)
  expect(url).not.toBe(page)
  const statuses = [await enter(url), await enter(url), await enter(page), await enter(page)].map(
    ({ status }) => status,
  )
  expect(statuses).toEqual([204, 401, 204, 204])
})

it('the browser is the one that is named or that of the system, and there is none in CI or without a screen', () => {
  const bin = testFolder()
  writeFileSync(join(bin, 'xdg-open'), '', { mode: 0o700 })
  const screen = { DISPLAY: ':0', PATH: bin }
  expect(browserCommand({ BROWSER: 'firefox' }, 'linux')).toEqual(['firefox'])
  expect(browserCommand(screen, 'linux')).toEqual(['xdg-open'])
  expect(browserCommand({ WAYLAND_DISPLAY: 'wayland-0', PATH: bin }, 'linux')).toEqual(['xdg-open'])
  expect(browserCommand({}, 'darwin')).toEqual(['open'])
  expect(browserCommand({}, 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler'])
  for (const none of [
    { PATH: bin },
    { DISPLAY: ':0', PATH: '' },
    { ...screen, CI: '1' },
    { ...screen, BROWSER: 'none' },
  ]) {
    expect(browserCommand(none, 'linux')).toBeUndefined()
  }
})
