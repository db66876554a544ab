import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { type Receiver, startReceiver } from '@codex/otlp-receiver'
import { expect, it, onTestFinished } from 'vitest'
import type { Store } from '../store/store.ts'
import { capturesOf, importPaths, testStore } from '../testing.fixture.ts'
import { type SendOptions, type SendReport, sendRecords } from './send-records.ts'

interface Sent extends SendReport {
  pauses: string[]
  progress: number[]
}

async function receiver(): Promise<Receiver> {
  const started = await startReceiver()
  onTestFinished(() => started.close())
  return started
}

async function storeOf(...scenarios: string[]): Promise<Store> {
  const store = await testStore()
  // A part for each import of a signal.
  for (const scenario of scenarios) await importPaths(store, ...capturesOf(scenario))
  return store
}

const addressOf = (url: string): URL => new URL(url.replace(/\/v1\/logs$/, '/'))

async function send(
  store: Store,
  address: URL,
  options: Partial<SendOptions> = {},
  cancel = new AbortController(),
): Promise<Sent> {
  const [pauses, progress]: [string[], number[]] = [[], []]
  const report = await sendRecords(
    store,
    { address, headers: {}, session: undefined, redact: false, after: -1, ...options },
    {
      onPause: (reason, pauseMs) => void pauses.push(`${reason} ${pauseMs}`),
      onProgress: records => void progress.push(records),
    },
    cancel.signal,
  )
  return { ...report, pauses, progress }
}

/** The address of a receiver that reads each request and answers it so. */
async function answering(answer: (response: ServerResponse) => void): Promise<URL> {
  const server = createServer((request, response) => void request.resume().on('end', () => answer(response)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

it('records that are sent arrive as those that came in, of all signals and with the headers', async () => {
  const store = await storeOf('b-tool-ok')
  const target = await receiver()
  const report = await send(store, addressOf(target.logsUrl), { headers: { 'x-key': 'k' } })
  const arrived = target.logs.length + target.metrics.length + target.spans.length
  expect(report).toMatchObject({ records: await store.countRecords(undefined), rejected: 0, stopped: undefined })
  expect(arrived).toBe(report.records)
  expect([target.logs.length, target.metrics.length, target.spans.length].every(count => count > 0)).toBe(true)
  expect(report.progress.at(-1)).toBe(report.records)
  const again = await testStore()
  for (const { signal = 'logs', body } of target.requests) {
    await again.store({ signal, encoding: 'binary', body: new Uint8Array(gunzipSync(body)) })
  }
  const sums = async (of: Store): Promise<object[]> => of.query('sessions', { from: 0, to: 8.64e15, limit: 9 })
  expect(await sums(again)).toEqual(await sums(store))
  for (const { headers } of target.requests) {
    expect(headers).toMatchObject({ 'x-key': 'k', 'content-encoding': 'gzip' })
  }
})

it('a session alone is sent, and without texts where that is asked for', async () => {
  const store = await storeOf('b-tool-ok', 'g-prompt-true')
  const target = await receiver()
  const sessions = await store.query('sessions', { from: 0, to: 8.64e15, limit: 9 })
  const session = sessions.find(({ title }) => title?.includes('secret'))
  await send(store, addressOf(target.logsUrl), { session: session?.conversation_id, redact: true })
  expect(target.logs).toHaveLength(session?.events ?? 0)
  const prompts = target.logs.filter(({ attributes }) => 'prompt' in attributes)
  expect(prompts.map(({ attributes }) => attributes.prompt)).toEqual([{ type: 'string', value: '[REDACTED]' }])
})

it.each([
  ['as long as the receiver says', { status: 429, retryAfter: 1 }, /^HTTP 429.* 1000$/],
  ['after a pause of its own where the receiver says at once', { status: 429, retryAfter: 0 }, /^HTTP 429.* 5$/],
  ['after a pause of its own', { status: 503, message: 'the queue is full' }, /^HTTP 503: the queue is full 5$/],
])('a request that a busy receiver puts off is sent again %s', async (_, answer, pause) => {
  const store = await storeOf('a-simple')
  const target = await receiver()
  const refused = target.misbehave({ answer }, { times: 2 })
  const report = await send(store, addressOf(target.logsUrl), { timing: { firstPauseMs: 5, longestPauseMs: 5 } })
  expect(refused.hits).toBe(2)
  expect(report).toMatchObject({ records: target.logs.length, stopped: undefined })
  expect(report.pauses).toEqual([expect.stringMatching(pause), expect.stringMatching(pause)])
})

it('a receiver that stays busy is given up, and so is one that asks for more patience than there is', async () => {
  const store = await storeOf('a-simple')
  const target = await receiver()
  target.misbehave({ answer: { status: 503 } })
  const timing = { firstPauseMs: 5, longestPauseMs: 5, patienceMs: 12 }
  expect((await send(store, addressOf(target.logsUrl), { timing })).pauses).toHaveLength(2)
  target.behave()
  target.misbehave({ answer: { status: 503, retryAfter: 0 } })
  expect((await send(store, addressOf(target.logsUrl), { timing })).pauses).toHaveLength(2)
  target.behave()
  target.misbehave({ answer: { status: 503, retryAfter: 3_600 } })
  const { stopped, pauses } = await send(store, addressOf(target.logsUrl), { timing })
  expect(stopped).toMatchObject({ cancelled: false, after: -1, reason: expect.stringMatching(/^HTTP 503/) })
  expect(pauses).toEqual([])
})

it('a refusal ends it with what the receiver says, and it goes on after the part before', async () => {
  const store = await storeOf('a-simple', 'b-tool-ok')
  const target = await receiver()
  let requests = 0
  const refusal = target.misbehave(() =>
    ++requests > 1 ? { answer: { status: 401, message: 'who is there?\u001b[2J' } } : undefined,
  )
  const first = await send(store, addressOf(target.logsUrl))
  expect(first.stopped).toMatchObject({ cancelled: false, reason: 'HTTP 401: who is there? [2J' })
  expect(first.records).toBe(target.logs.length)
  refusal.clear()
  const second = await send(store, addressOf(target.logsUrl), { after: first.stopped?.after ?? -1 })
  expect(second.stopped).toBeUndefined()
  expect(first.records + second.records).toBe(await store.countRecords(undefined))
  expect(target.logs.length + target.metrics.length + target.spans.length).toBe(first.records + second.records)
})

it('records that a receiver rejects in a request that it takes are counted', async () => {
  const store = await storeOf('a-simple')
  const target = await receiver()
  target.misbehave({ answer: { partialSuccess: { rejected: 2, message: 'too old' } } }, { times: 1 })
  expect(await send(store, addressOf(target.logsUrl))).toMatchObject({ rejected: 2, rejectedBecause: 'too old' })
})

it('an address where nothing answers, and one that leads elsewhere, are no receivers', async () => {
  const store = await storeOf('a-simple')
  const target = await receiver()
  await target.close()
  const { stopped, pauses } = await send(store, addressOf(target.logsUrl))
  expect([stopped?.reason, pauses]).toEqual(['connection refused', []])

  const elsewhere = await receiver()
  const redirecting = await answering(response => response.writeHead(307, { location: elsewhere.logsUrl }).end())
  expect((await send(store, redirecting)).stopped?.reason).toBe('HTTP 307')
  expect(elsewhere.requests).toEqual([])
})

it('records whose answer says that they are taken, and does not end, are not sent again', async () => {
  const store = await storeOf('a-simple')
  let requests = 0
  const address = await answering(response => {
    requests += 1
    response.writeHead(200).write('{')
  })
  const { records, stopped } = await send(store, address, { timing: { answerMs: 200 } })
  expect({ records, stopped }).toEqual({ records: await store.countRecords(undefined), stopped: undefined })
  expect(requests).toBe(1)
})

it('a receiver that does not answer is left when the user ends it', async () => {
  const store = await storeOf('a-simple')
  const target = await receiver()
  const held = target.misbehave({ answer: 'hang' })
  const cancel = new AbortController()
  const sending = send(store, addressOf(target.logsUrl), {}, cancel)
  await expect.poll(() => held.hits).toBe(1)
  cancel.abort()
  expect((await sending).stopped).toMatchObject({ cancelled: true, after: -1 })
})
