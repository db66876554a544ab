import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ALL_TIME } from '../queries/dialect.ts'
import { Store } from '../store/store.ts'
import { capturedBody, testFolder } from '../testing.fixture.ts'
import { exposureOf, KEY_HEADER } from './exposure.ts'
import { receive } from './receive.ts'

const CLI = new URL('../cli.ts', import.meta.url).pathname
const bodyOf = (scenario: string): Buffer => capturedBody(scenario, 'logs')

interface Viewer {
  child: ChildProcess
  http: string
  /** Of the page, without the token. */
  page: string
  /** The key that it made, if any. */
  key: string
  stderr: () => string
}

async function startViewer(db: string, ...args: string[]): Promise<Viewer> {
  const child = spawn(process.execPath, [
    CLI,
    '--otlp-http',
    '0',
    '--otlp-grpc',
    '0',
    '--port',
    '0',
    '--db',
    db,
    ...args,
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.on('data', text => {
    stderr += text
  })
  const [line] = await once(child.stdout, 'data')
  const { http, page, key = '' } = JSON.parse(line) as { http: string[]; page: string; key?: string }
  return { child, http: http[0] ?? '', page: page.replace(/#.*/, ''), key, stderr: () => stderr }
}

const post = (url: string, body: Buffer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    ...{ method: 'POST', body: new Uint8Array(body) },
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  })

async function eventsIn(db: string): Promise<number> {
  await using store = await Store.openToRead(db)
  return (await store.query('sessions', { ...ALL_TIME, limit: 100 })).reduce((sum, { events }) => sum + events, 0)
}

/** A request with one event, which is another one for each number: one that is sent again is counted once. */
function onePrompt(number: number): Buffer {
  const texts = { 'event.name': 'codex.user_prompt', 'conversation.id': 'a', prompt: String(number) }
  const attributes = Object.entries(texts).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const logRecords = [{ timeUnixNano: '1795372121962000000', attributes }]
  return Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
}

it('a kill in the middle of requests loses none that was answered, and the store opens again', async () => {
  const db = join(testFolder(), 'store.db')
  const { child, http } = await startViewer(db, '--retain', '9999d')
  const type = { 'content-type': 'application/json' }
  let [sent, answered] = [0, 0]
  const sender = async (): Promise<void> => {
    for (;;) {
      const response = await post(`${http}/v1/logs`, onePrompt(sent++), type).catch(() => undefined)
      if (!response) return
      expect(response.status).toBe(200)
      answered += 1
    }
  }
  const senders = Array.from({ length: 4 }, sender)
  await expect.poll(() => answered, { interval: 1 }).toBeGreaterThan(20)
  child.kill('SIGKILL')
  await Promise.all([once(child, 'exit'), ...senders])
  const kept = await eventsIn(db)
  // A request of each sender may have been stored while its answer was under way.
  expect(kept).toBeGreaterThanOrEqual(answered)
  expect(kept).toBeLessThanOrEqual(answered + senders.length)

  const again = await startViewer(db, '--retain', '9999d')
  expect((await post(`${again.http}/v1/logs`, onePrompt(sent), type)).status).toBe(200)
  again.child.kill('SIGTERM')
  expect(await once(again.child, 'exit')).toEqual([0, null])
  expect(await eventsIn(db)).toBe(kept + 1)
})

it('a malformed request is refused, said on stderr, kept with its cure, and costs the others nothing', async () => {
  const db = join(testFolder(), 'store.db')
  const { child, http, stderr } = await startViewer(db, '--retain', '9999d')
  const [good, bad, lost] = await Promise.all([
    post(`${http}/v1/logs`, bodyOf('a-simple')),
    post(`${http}/v1/logs`, Buffer.from([10, 200, 1])),
    post(`${http}/v1/log`, bodyOf('a-simple')),
  ])
  expect([good?.status, bad?.status, lost?.status]).toEqual([200, 400, 404])
  await expect.poll(stderr).toContain('POST /v1/log 404')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(await eventsIn(db)).toBe(17)
  await using store = await Store.openToRead(db)
  const refused = await store.query('refusals', { limit: 50 })
  expect(refused.map(({ status, cure }) => [status, cure]).sort()).toEqual([
    [400, 'send a whole ExportLogsServiceRequest in protobuf, within the limits of a record'],
    [404, 'use /v1/logs'],
  ])
})

it('a viewer for other machines prints the key that it made', async () => {
  const db = join(testFolder(), 'store.db')
  const { child, http, key, stderr } = await startViewer(db, '--host', '0.0.0.0', '--insecure')
  const url = `${http.replace('0.0.0.0', '127.0.0.1')}/v1/logs`
  expect((await post(url, bodyOf('a-simple'))).status).toBe(401)
  expect((await post(url, bodyOf('a-simple'), { [KEY_HEADER]: key })).status).toBe(200)
  await expect.poll(stderr).toContain(`${KEY_HEADER}: ${key}`)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('sessions that are too old are removed at the start', async () => {
  const db = join(testFolder(), 'store.db')
  {
    await using store = await Store.open(db)
    await store.store({ signal: 'logs', encoding: 'binary', body: new Uint8Array(bodyOf('a-simple')) })
  }
  const { child } = await startViewer(db, '--retain', '1s')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(await eventsIn(db)).toBe(0)
})

it('a port that is taken is named with the way out', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const args = ['--otlp-http', String(port), '--otlp-grpc', '0', '--port', '0', '--db', join(testFolder(), 'store.db')]
  const child = spawn(process.execPath, [CLI, ...args])
  let stderr = ''
  child.stderr.on('data', text => {
    stderr += text
  })
  expect(await once(child, 'close')).toEqual([2, null])
  expect(stderr).toContain(
    `${port} is in use; is a Collector running? --otlp-http 0 takes a free port, which agents have to be told.`,
  )
  taken.close()
})

it.each([
  [[], ': a browser that has not been there needs the token behind it, which was printed at the start'],
  [['--no-token'], ''],
])('a viewer beside one that runs names its page, and ends with 3 (%j)', async (args, needed) => {
  const folder = testFolder()
  const first = await startViewer(join(folder, 'first.db'), ...args)
  const more = ['--otlp-http', new URL(first.http).port, '--otlp-grpc', '0', '--db', join(folder, 'second.db')]
  const second = spawn(process.execPath, [CLI, ...more])
  onTestFinished(() => void second.kill('SIGKILL'))
  let stderr = ''
  second.stderr.on('data', text => {
    stderr += text
  })
  expect(await once(second, 'close')).toEqual([3, null])
  expect(stderr).toBe(
    `codex-otel-viewer: a viewer is running already, and receives at ${first.http}. Its page is ${first.page}${needed}. Ctrl-C ends it where it was started; --otlp-http 0 --otlp-grpc 0 starts another one beside it.\n`,
  )
  expect(first.stderr()).not.toContain('refused')
  first.child.kill('SIGTERM')
  expect(await once(first.child, 'exit')).toEqual([0, null])
})

it('one port for both transports is refused before it is opened', async () => {
  await using store = await Store.open(join(testFolder(), 'store.db'))
  const options = { http: 4318, grpc: 4318, allowOrigins: [] }
  const exposure = exposureOf({
    host: undefined,
    tlsCert: undefined,
    tlsKey: undefined,
    insecure: false,
    key: undefined,
  })
  await expect(receive(store, options, exposure, () => undefined)).rejects.toThrow(
    '4318 cannot be the port of both; give --otlp-grpc another one.',
  )
})
