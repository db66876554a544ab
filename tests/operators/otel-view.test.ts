import { spawn } from 'node:child_process'
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
  const { code, stdout, stderr } = await home.run(['otel', 'view', 'open', 'a.jsonl'], { env: { PATH: bin } })
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toContain('\n  npx codex-otel-viewer open a.jsonl\n')
  expect(stdout).toContain(`  [otel]\n${LINE}`)
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

it('otel view names the lines that send to it, and the doctor names the viewer that it reached', async () => {
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
  expect(stderr).toContain(LINE)
  const { http, grpc } = JSON.parse(line) as { http: string[]; grpc: string[] }
  home.configure(
    `[otel]\nexporter = { otlp-http = { endpoint = "${http[0]}/v1/logs", protocol = "binary" } }\nmetrics_exporter = { otlp-grpc = { endpoint = "${grpc[0]}" } }\n`,
  )
  const { code, stdout } = await home.run(['otel', 'doctor'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/ok +logs .*HTTP 200 from codex-otel-viewer\/\d/)
  expect(stdout).toMatch(/ok +metrics .*OK from codex-otel-viewer\/\d/)
  viewer.kill('SIGTERM')
  expect(await once(viewer, 'exit')).toEqual([0, null])
})
