import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { recodeRequest } from '@codex/otlp-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALL_TIME, EVERYTHING } from '../queries/dialect.ts'
import { newMemoryPath } from '../store/memory-path.ts'
import { Store } from '../store/store.ts'
import { CAPTURES, importPaths, testFolder } from '../testing.fixture.ts'
import { parseCommandLine } from './command-line.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname
/** Of prompts, arguments, outputs, answers, errors and addresses in the captures. */
const CANARIES = [
  ...['Run echo', 'My secret prompt', 'hi-from-tool', 'Process exited', 'forty-two', 'someone@example.test'],
  ...['http 429', 'stream disconnected'],
]
/** Of a span by the conventions for generative AI, of an exception in it, and of an attribute that nobody knows. */
const SPAN_CANARIES = ['canary-ask', 'canary-answer', 'canary-argument', 'canary-failure', 'canary note', 'canary@mail']

const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })
const SPANS = {
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'other agent'), text('user.email', 'canary@mail')] },
      scopeSpans: [
        {
          spans: [
            {
              ...{ traceId: '0123456789abcdef0123456789abcdef', spanId: '0123456789abcdef', name: 'chat gpt-5' },
              ...{ startTimeUnixNano: '1795977434000000000', endTimeUnixNano: '1795977435000000000' },
              attributes: [
                text('gen_ai.operation.name', 'chat'),
                text('gen_ai.conversation.id', 'conversation'),
                text('gen_ai.request.model', 'gpt-5'),
                text('gen_ai.input.messages', 'canary-ask'),
                text('gen_ai.completion.0.content', 'canary-answer'),
                text('gen_ai.tool.call.arguments', 'canary-argument'),
                text('my.own', 'a canary note'),
              ],
              events: [{ name: 'exception', attributes: [text('exception.message', 'canary-failure')] }],
              status: { code: 2, message: 'canary-failure' },
            },
          ],
        },
      ],
    },
  ],
}

/** A folder with every capture in both encodings, and spans. */
function capturesAndSpans(): string {
  const folder = testFolder()
  for (const name of readdirSync(CAPTURES)) {
    const body = gunzipSync(readFileSync(join(CAPTURES, name)))
    writeFileSync(join(folder, name.replace('.gz', '')), body)
    const signal = /(logs|metrics|traces)/.exec(name)?.[1] as 'logs'
    if (body[0] === 0x0a) writeFileSync(join(folder, `${name}.json`), recodeRequest(signal, body, 'binary', 'json'))
  }
  writeFileSync(join(folder, 'spans.json'), JSON.stringify(SPANS))
  return folder
}

/** All bytes below a folder. */
function bytesBelow(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))))
}

describe('a store without content', () => {
  it('has none of it in any of its files, and answers the same questions', async () => {
    const captures = capturesAndSpans()
    const [folder, whole] = [testFolder(), testFolder()]
    await using store = await Store.open(join(folder, 'store.db'), { content: false })
    await using other = await Store.open(join(whole, 'store.db'))
    const report = await importPaths(store, captures)
    expect(report).toMatchObject({ refused: [], traces: 2 * 576 + 1 })
    await importPaths(other, captures)

    const exported: Buffer[] = []
    for await (const { messages } of store.export({ encoding: 'json', session: undefined, redact: false })) {
      exported.push(...messages.map(message => Buffer.from(message)))
    }
    const all: Buffer[] = []
    for await (const { messages } of other.export({ encoding: 'json', session: undefined, redact: false })) {
      all.push(...messages.map(message => Buffer.from(message)))
    }
    for (const canary of [...CANARIES, ...SPAN_CANARIES]) {
      expect(Buffer.concat(all).includes(canary), canary).toBe(true)
      expect(Buffer.concat(exported).includes(canary), canary).toBe(false)
      expect(bytesBelow(folder).includes(canary), canary).toBe(false)
    }
    // The rows have texts that are not compressed, so that the search above would find them.
    expect(bytesBelow(whole).includes('http 429')).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db-shm', 'store.db-wal'])

    const question = { ...ALL_TIME, limit: 1_000 }
    const [without, full] = [await store.query('sessions', question), await other.query('sessions', question)]
    expect(without).toEqual(full.map(session => ({ ...session, title: null })))
    expect(await store.query('tokens', EVERYTHING)).toEqual(await other.query('tokens', EVERYTHING))
    expect(await store.query('tools', EVERYTHING)).toEqual(await other.query('tools', EVERYTHING))
    expect(await store.query('search', { words: 'echo', limit: 9 })).toEqual([])
    expect(await importPaths(store, captures)).toMatchObject({ logs: 0, metrics: 0, traces: 0 })
  })

  it('tells of a malformed request what is wrong, and none of its texts', async () => {
    await using store = await Store.open(join(testFolder(), 'store.db'), { content: false })
    const body = new Uint8Array(Buffer.from('{"resourceLogs": [{"scopeLogs": 5}]}'))
    expect(await store.store({ signal: 'logs', encoding: 'json', body })).toEqual({
      malformed: 'cannot decode scopeLogs from JSON: expected an array, got number',
    })
    for (const wrong of ['{"resourceLogs":"my secret"}', 'my "own" secret', '{"a": "my" secret}']) {
      const result = await store.store({ signal: 'logs', encoding: 'json', body: new Uint8Array(Buffer.from(wrong)) })
      expect(JSON.stringify(result)).toMatch(/^\{"malformed":".+"\}$/)
      expect(JSON.stringify(result)).not.toContain('secret')
    }
  })
})

describe('a store in memory', () => {
  it('answers the same questions as a file, also while it is written', async () => {
    await using memory = await Store.open(newMemoryPath())
    await using file = await Store.open(join(testFolder(), 'store.db'))
    const question = { ...ALL_TIME, limit: 1_000 }
    const asked = importPaths(memory, CAPTURES).then(() => true)
    for (
      let done = false;
      !done;
      done = await Promise.race([asked, memory.query('tools', EVERYTHING).then(() => false)])
    );
    await importPaths(file, CAPTURES)
    expect(await memory.query('sessions', question)).toEqual(await file.query('sessions', question))
    expect(await memory.query('search', { words: 'echo', limit: 9 })).toEqual(
      await file.query('search', { words: 'echo', limit: 9 }),
    )
    await memory.clear({})
    expect(await memory.query('sessions', question)).toEqual([])
    expect(memory.place).toBe('memory')
  })

  it('is none of another one', async () => {
    await using one = await Store.open(newMemoryPath())
    await using other = await Store.open(newMemoryPath())
    await importPaths(one, CAPTURES)
    expect(await other.query('sessions', { ...ALL_TIME, limit: 9 })).toEqual([])
  })

  it('leaves no file behind, neither while it runs nor after it is killed', async () => {
    const folder = testFolder()
    const [temporary, state, home] = ['tmp', 'state', 'home'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    for (const path of [temporary, state, home]) mkdirSync(path)
    const env = {
      ...process.env,
      TMPDIR: temporary,
      XDG_STATE_HOME: state,
      HOME: home,
      CODEX_OTEL_VIEWER_DB: join(state, 'a.db'),
    }
    const args = ['--memory', '--retain', '9999d', '--otlp-http', '0', '--otlp-grpc', '0', '--port', '0']
    const child = spawn(process.execPath, [CLI, ...args], { env, cwd: folder })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [line] = await once(child.stdout, 'data')
    const { http, store } = JSON.parse(line) as { http: string[]; store: string }
    expect(store).toBe('memory')
    for (const name of readdirSync(CAPTURES).filter(name => name.includes('logs'))) {
      const body = gunzipSync(readFileSync(join(CAPTURES, name)))
      const type = body[0] === 0x0a ? 'application/x-protobuf' : 'application/json'
      const headers = { 'content-type': type }
      expect((await fetch(`${http[0]}/v1/logs`, { method: 'POST', body: new Uint8Array(body), headers })).status).toBe(
        200,
      )
    }
    expect(bytesBelow(folder)).toEqual(Buffer.alloc(0))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(bytesBelow(folder)).toEqual(Buffer.alloc(0))
    expect(existsSync(join(state, 'a.db'))).toBe(false)
  })

  it.each([
    ['--memory --db a.db', '--memory keeps nothing in a file; leave out either that or --db.'],
    ['--memory --max-size 2GB', '--memory keeps 805MB at most; give a smaller --max-size.'],
  ])('is not what %s asks for', async (args, message) => {
    await expect(parseCommandLine(args.split(' '))).rejects.toThrow(message)
  })
})
