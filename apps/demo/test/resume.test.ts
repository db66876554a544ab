import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startReceiver } from '@codex/otlp-receiver'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, calls, type ModelServer, startModelServer } from './model-server.ts'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
const UNKNOWN = '01900000-0000-7000-8000-000000000000'

let home: string
let work: string
let model: ModelServer
beforeEach(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'resume-')))
  work = join(home, 'work')
  mkdirSync(work)
  model = await startModelServer([answer('One.'), answer('Two.'), answer('Three.')])
  configure(model.baseUrl)
})
afterEach(async () => {
  await model[Symbol.asyncDispose]()
  rmSync(home, { recursive: true, force: true })
})

function configure(baseUrl: string, more = ''): void {
  const provider = `[model_providers.fake]\nbase_url = "${baseUrl}"\nrequest_max_retries = 0\nstream_max_retries = 0\n`
  writeFileSync(join(home, 'config.toml'), `model_provider = "fake"\n${provider}${more}`)
}

interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

function run(args: readonly string[], { node = [] as string[], stdin = '', codexHome = home } = {}): Promise<Finished> {
  const env = { PATH: process.env.PATH, HOME: home, CODEX_HOME: codexHome, TERM: 'dumb' }
  const child = spawn(process.execPath, [...node, CLI, ...args], {
    cwd: work,
    env,
    timeout: 15_000,
    killSignal: 'SIGKILL',
  })
  const finished: Finished = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    finished.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    finished.stderr += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  return new Promise(resolve => child.on('close', code => resolve({ ...finished, code })))
}

const folder = (): string => join(home, 'demo-conversations')
const ids = (): string[] => readdirSync(folder()).map(name => name.replace('.jsonl', ''))
const fileOf = (id = ids()[0] as string): string => join(folder(), `${id}.jsonl`)
const user = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
const said = (text: string): object => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
})
const lastInput = (): unknown[] | undefined => model.requests.at(-1)?.body.input

describe('codex-demo exec resume', () => {
  it('continues an earlier conversation by its id, under the same id', async () => {
    expect(await run(['exec', 'first'])).toMatchObject({ code: 0, stdout: 'One.\n' })
    const [id] = ids()
    expect(await run(['exec', 'resume', id as string, 'second'])).toMatchObject({ code: 0, stdout: 'Two.\n' })
    expect(lastInput()).toEqual([user('first'), said('One.'), user('second')])
    expect(model.requests.map(({ body }) => body.prompt_cache_key)).toEqual([id, id])
    expect(ids()).toEqual([id])
  })

  it('sends the model the outputs of its earlier commands', async () => {
    await using tools = await startModelServer([
      calls({ arguments: '{"cmd":"echo hi"}' }),
      answer('Ran.'),
      answer('Yes.'),
    ])
    configure(tools.baseUrl)
    await run(['exec', '-s', 'danger-full-access', 'run it'])
    await run(['exec', 'resume', '--last', 'did it run?'])
    expect(tools.requests[2]?.body.input).toMatchObject([
      user('run it'),
      { type: 'function_call', call_id: 'call_0', arguments: '{"cmd":"echo hi"}' },
      { type: 'function_call_output', call_id: 'call_0', output: expect.stringContaining('hi') },
      said('Ran.'),
      user('did it run?'),
    ])
  })

  it('emits codex.conversation_starts again with the same id, and exports no earlier prompt', async () => {
    const receiver = await startReceiver()
    try {
      const exporter = `exporter = { otlp-http = { endpoint = "${receiver.logsUrl}", protocol = "binary" } }`
      configure(model.baseUrl, `[otel]\nshutdown_timeout_ms = 10000\n${exporter}\n`)
      const node = ['--conditions=codex-otel']
      await run(['exec', 'first prompt'], { node })
      await run(['exec', 'resume', '--last', 'second prompt'], { node })
      const starts = receiver.logs.filter(({ eventName }) => eventName === 'codex.conversation_starts')
      expect(starts.map(({ attributes }) => attributes['conversation.id']?.value)).toEqual([ids()[0], ids()[0]])
      expect(receiver.logs.filter(({ eventName }) => eventName === 'codex.user_prompt')).toHaveLength(2)
      expect(Buffer.concat(receiver.requests.map(({ body }) => Buffer.from(body))).toString()).not.toContain(
        'first prompt',
      )
    } finally {
      await receiver.close()
    }
  })

  it('needs stored conversations: the demo stores each for its user alone, and no other file', async () => {
    mkdirSync(folder(), { mode: 0o755 })
    await run([], { stdin: 'one\ntwo\n' })
    expect(statSync(folder()).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder())).toEqual([expect.stringMatching(/^[0-9a-f-]{36}\.jsonl$/)])
    expect(statSync(fileOf()).mode & 0o777).toBe(0o600)
    expect(readFileSync(fileOf(), 'utf8').split('\n')).toHaveLength(6)
  })

  it('needs stored conversations: the demo stores none with --ephemeral', async () => {
    expect(await run(['exec', '--ephemeral', 'first'])).toMatchObject({ code: 0 })
    expect(existsSync(folder())).toBe(false)
  })

  it('needs stored conversations: the demo answers where it cannot store one, and reports that once', async () => {
    writeFileSync(folder(), 'in the way', { mode: 0o644 })
    const { code, stdout, stderr } = await run([], { stdin: 'one\ntwo\n' })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'One.\nTwo.\n' })
    expect(
      stderr.match(/is not stored in .*demo-conversations, so it cannot be resumed: it is no directory/g),
    ).toHaveLength(1)
    expect(statSync(folder()).mode & 0o777).toBe(0o644)
  })

  it.runIf(process.platform === 'linux')(
    'needs stored conversations: the demo answers where no directory can be made, and ends',
    async () => {
      const { code, stdout, stderr } = await run(['exec', 'hello'], { codexHome: '/proc/no/such' })
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('scripted model') })
      expect(stderr.match(/this conversation is not stored in \/proc\/no\/such\/demo-conversations/g)).toHaveLength(1)
    },
  )

  it('sends the model the finished steps of a turn that failed', async () => {
    const broken = { status: 400, body: '{}' }
    await using tools = await startModelServer([calls({ arguments: '{"cmd":"echo hi"}' }), broken, answer('Yes.')])
    configure(tools.baseUrl)
    expect((await run(['exec', '-s', 'danger-full-access', 'run it'])).code).toBe(1)
    await run(['exec', 'resume', '--last', 'and?'])
    expect(tools.requests[2]?.body.input).toHaveLength(4)
  })
})

it('codex-demo exec resume tells the user what to do about a file that cannot be read, and sends no request', async () => {
  mkdirSync(folder())
  writeFileSync(fileOf(UNKNOWN), 'secret words\n')
  const { code, stdout, stderr } = await run(['exec', 'resume', '--last', 'second'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe(
    `codex-demo: the stored conversation ${fileOf(UNKNOWN)} cannot be read: line 1 is no JSON object. Delete or mend that file, or resume another conversation by its id.\n`,
  )
  expect(model.requests).toEqual([])
})
