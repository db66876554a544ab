import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { entryOf } from '../build-switch/bundle.ts'
import { createDemoHome, type DemoHome } from './demo-home.ts'

const VIEWER = fileURLToPath(new URL('../../apps/viewer/dist/cli.js', import.meta.url))
const LINE = '  exporter = { otlp-http = { endpoint = "http://127.0.0.1:4318/v1/logs", protocol = "binary" } }\n'

let home: DemoHome
/** A folder for the search path, with the viewer in it or without. */
let bin: string
beforeEach(() => {
  home = createDemoHome()
  bin = mkdtempSync(join(tmpdir(), 'codex-view-'))
})
afterEach(() => rmSync(bin, { recursive: true }))

function install(): void {
  const program = join(bin, 'codex-otel-viewer')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${VIEWER}' "$@"\n`)
  chmodSync(program, 0o755)
}

it('otel view says how to get a viewer that is not installed, and what sends to it', async () => {
  const env = { PATH: bin }
  const { code, stdout, stderr } = await home.run(['otel', 'view', '--memory'], { env })
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toContain('\n  npx codex-otel-viewer --memory\n')
  expect(stdout).toContain(`  [otel]\n${LINE}`)
  const other = await home.run(['otel', 'view', '--otlp-http', '4444'], { env })
  expect(other.stdout).toContain(LINE.replace('4318', '4444'))
  // What reads files has no use for them.
  const opening = await home.run(['otel', 'view', 'open', 'a.jsonl'], { env })
  expect(opening.stdout).toContain('\n  npx codex-otel-viewer open a.jsonl\n')
  expect(opening.stdout).not.toContain('[otel]')
})

it('otel view hands its arguments on, and the exit code back', async () => {
  install()
  home.configure('[otel]\nexporter = "console"\n')
  const env = { PATH: `${bin}:/usr/bin:/bin` }
  const { code, stdout, stderr } = await home.run(['otel', 'view', 'sessions', '--db', join(bin, 'none.db')], { env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe(
    `codex-otel-viewer: there is no store at ${join(bin, 'none.db')} yet. Run codex-otel-viewer to receive into it, or codex-otel-viewer import <file...> to add files.\n`,
  )
})

/** A viewer that `otel view` starts at free ports. */
async function view(): Promise<{ viewer: ChildProcess; stderr: () => string; addresses: Addresses }> {
  install()
  mkdirSync(join(bin, 'work'))
  const args = ['otel', 'view', '--port', '0', '--otlp-http', '0', '--otlp-grpc', '0', '--db', join(bin, 'store.db')]
  const viewer = spawn(process.execPath, [entryOf('otel'), ...args], {
    cwd: join(bin, 'work'),
    env: { CODEX_HOME: home.directory, HOME: home.directory, PATH: `${bin}:/usr/bin:/bin` },
  })
  onTestFinished(() => void viewer.kill('SIGTERM'))
  let stderr = ''
  viewer.stderr.on('data', text => {
    stderr += text
  })
  const [line] = await once(createInterface(viewer.stdout), 'line')
  return { viewer, stderr: () => stderr, addresses: JSON.parse(line) as Addresses }
}

interface Addresses {
  page: string
  http: string[]
  grpc: string[]
}

it('otel view says what sends to it, and the doctor names the viewer that it reached and its page', async () => {
  const { viewer, stderr, addresses } = await view()
  const { http, grpc, page } = addresses
  expect(stderr()).toContain(
    `To send to it, name its address of OTLP over HTTP in [otel] of ${home.directory}/config.toml.`,
  )
  home.configure(
    `[otel]\nexporter = { otlp-http = { endpoint = "${http[0]}/v1/logs", protocol = "binary" } }\nmetrics_exporter = { otlp-grpc = { endpoint = "${grpc[0]}" } }\n`,
  )
  const { code, stdout } = await home.run(['otel', 'doctor'])
  expect(code).toBe(0)
  const name = `codex-otel-viewer/0.0.0 (page ${new URL('/', page)} with a token)`
  expect(stdout.replace(/in \d+ ms/g, 'in N ms')).toContain(
    `${http[0]}/v1/logs: delivered in N ms, HTTP 200 from ${name}\n`,
  )
  expect(stdout).toContain(`OK from ${name}\n`)
  viewer.kill('SIGTERM')
  expect(await once(viewer, 'exit')).toEqual([0, null])
})

it('otel view beside a viewer that runs names the page of that one, and has no complaint', async () => {
  const program = join(bin, 'codex-otel-viewer')
  writeFileSync(program, '#!/bin/sh\necho "its page is there" >&2\nexit 3\n')
  chmodSync(program, 0o755)
  const env = { PATH: `${bin}:/usr/bin:/bin` }
  const beside = await home.run(['otel', 'view'], { env })
  expect(beside.code).toBe(0)
  expect(beside.stderr).toContain(`${LINE}`)
  expect(beside.stderr).toMatch(/its page is there\n$/)
  // What was asked for besides is not done.
  expect((await home.run(['otel', 'view', '--memory'], { env })).code).toBe(3)
})

it('the viewer of an otel view that is killed ends, too', async () => {
  const { viewer, addresses } = await view()
  const page = new URL('/', addresses.page)
  expect((await fetch(page)).status).toBe(200)
  viewer.kill('SIGKILL')
  await once(viewer, 'exit')
  const state = (): Promise<string> =>
    fetch(page).then(
      () => 'answers',
      () => 'is gone',
    )
  await expect.poll(state).toBe('is gone')
})
