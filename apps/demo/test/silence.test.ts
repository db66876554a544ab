import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startReceiver } from '@codex/otlp-receiver'
import { afterEach, describe, expect, it } from 'vitest'
import { answer, calls, startModelServer } from './model-server.ts'
import { closeTerminals, hasPseudoTerminal, newHome, openTerminal } from './terminal.fixture.ts'

afterEach(closeTerminals)

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const DIM = '\u001b[2m'
const DIM_ENDS = '\u001b[22m'
const COMMAND =
  'echo first; while [ ! -e go ]; do sleep 0.05; done; printf half; while [ ! -e on ]; do sleep 0.05; done; echo whole'

describe.runIf(hasPseudoTerminal)('while nothing else is written, a terminal', () => {
  it('says what is waited for, for how long and how to stop it, in the row that the next text takes', async () => {
    await using server = await startModelServer([{ end: 'hang' }])
    const { type, shows, end, screen } = openTerminal({ baseUrl: server.baseUrl, columns: 40 })
    await shows('› ')
    type('go\r')
    await shows(`${DIM}the model works, 1 s · Ctrl-C stops`)
    await shows('the model works, 2 s · Ctrl-C stops')
    type(CTRL_C)
    await shows(`\u001b[K${DIM}the turn was aborted`)
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
    expect(screen().slice(screen().indexOf('the turn was aborted'))).not.toContain('Ctrl-C stops')
  })

  it('says that telemetry is sent at the end, and what an interrupt leaves', async () => {
    await using server = await startModelServer([])
    await using receiver = await startReceiver()
    receiver.misbehave({ answer: 'hang' })
    const exporter = `{ otlp-http = { endpoint = "${receiver.logsUrl}" } }`
    const { shows, type, end } = openTerminal({
      baseUrl: server.baseUrl,
      config: `otel = { shutdown_timeout_ms = 4000, exporter = ${exporter} }\n`,
      env: { NODE_OPTIONS: '--conditions=codex-otel' },
    })
    await shows('› ')
    type(CTRL_D)
    await shows(`sending telemetry, 1 s${DIM_ENDS}`)
    type(CTRL_C)
    await shows('interrupted by SIGINT; what cannot be sent within otel.shutdown_timeout_ms is')
    expect(await end).toBe(130)
  })

  it('shows the prompt again below the lines that telemetry prints', async () => {
    await using server = await startModelServer([{ end: 'hang' }])
    const { shows, type, end } = openTerminal({
      baseUrl: server.baseUrl,
      config: 'otel = { exporter = "console" }\n',
      env: { NODE_OPTIONS: '--conditions=codex-otel' },
    })
    // Before the first prompt on a busy machine, and below it on others: a prompt follows it on both.
    await shows('codex.startup_phase')
    await shows('› ')
    type('go\r')
    await shows('codex.user_prompt')
    await shows('the model works, 1 s · Ctrl-C stops')
    type(CTRL_C)
    await shows('the turn was aborted')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('says which MCP servers start', async () => {
    await using server = await startModelServer([])
    const config =
      'mcp_servers = { one = { command = "sleep", args = ["60"] }, two = { command = "sleep", args = ["60"] } }\n'
    const { type, shows, end } = openTerminal({ baseUrl: server.baseUrl, config })
    await shows('› ')
    type('go\r')
    await shows('MCP servers one, two start, 1 s · Ctrl-C stops')
    type(CTRL_C)
    await shows('the turn was aborted')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('says that it waits to try again, and then that the model works', async () => {
    const busy = { status: 429, headers: { 'retry-after': '2' } }
    await using server = await startModelServer([busy, { end: 'hang' }])
    const { type, shows, end } = openTerminal({ baseUrl: server.baseUrl })
    await shows('› ')
    type('go\r')
    await shows('waits to try again, 1 s · Ctrl-C stops')
    await shows('the model works, 1 s · Ctrl-C stops')
    type(CTRL_C)
    await shows('the turn was aborted')
    await shows('› ')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('shows the output of a command as it comes, and the beginning of a line, too', async () => {
    await using server = await startModelServer([
      calls({ arguments: JSON.stringify({ cmd: COMMAND }) }),
      answer('Done.'),
    ])
    const { type, shows, end, home } = openTerminal({ baseUrl: server.baseUrl, args: ['-s', 'danger-full-access'] })
    await shows('› ')
    type('go\r')
    await shows('\n\u001b[2mfirst')
    await shows('the command runs, 1 s · Ctrl-C stops')
    writeFileSync(join(home, 'go'), '')
    await shows('half')
    writeFileSync(join(home, 'on'), '')
    await shows('whole')
    await shows('Done.')
    type(CTRL_D)
    expect(await end).toBe(0)
  })

  it('has no colour in it with NO_COLOR', async () => {
    await using server = await startModelServer([{ end: 'hang' }])
    const { shows, type, end, screen } = openTerminal({
      baseUrl: server.baseUrl,
      args: ['exec', 'go'],
      env: { NO_COLOR: '1' },
    })
    await shows('Ctrl-C stops')
    type(CTRL_C)
    expect(await end).toBe(130)
    expect(screen()).not.toContain(DIM)
  })

  it('without control sequences says nothing', async () => {
    await using server = await startModelServer([calls({ arguments: '{"cmd":"sleep 1.5"}' }), answer('Done.')])
    const { shows, end, screen } = openTerminal({
      baseUrl: server.baseUrl,
      args: ['exec', '-s', 'danger-full-access', 'go'],
      env: { TERM: 'dumb' },
    })
    await shows('Done.')
    expect(await end).toBe(0)
    expect(screen()).not.toContain('Ctrl-C stops')
  })
})

it('a pipe gets the output of a command as it comes, and no word on silence', async () => {
  await using server = await startModelServer([calls({ arguments: JSON.stringify({ cmd: COMMAND }) }), answer('Done.')])
  const home = newHome()
  writeFileSync(
    join(home, 'config.toml'),
    `model_provider = "fake"\n[model_providers.fake]\nbase_url = "${server.baseUrl}"\n`,
  )
  const child = spawn(process.execPath, [CLI, 'exec', '-s', 'danger-full-access', 'go'], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, TERM: 'xterm' },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
    if (stderr.includes('first\n')) writeFileSync(join(home, 'go'), '')
    if (stderr.includes('first\n')) writeFileSync(join(home, 'on'), '')
  })
  const [code] = await once(child, 'close')
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' })
  expect(stderr).toContain('\nfirst\nhalfwhole\n')
  expect(stderr).not.toContain('Ctrl-C stops')
  expect(stderr).not.toContain('\u001b')
})
