import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, startViewer } from './viewer-program.ts'

const ROUNDS = 40
/** Between two requests; how long the last message is ago differs from one to the next. */
const PAUSES_MS = [300, 470, 640, 1_350]

/** How long a message may take before the benchmark gives up. */
const PATIENCE_MS = 10_000

/** The milliseconds from sending an event to the message that tells a page of its session, in growing order. */
export async function timesToPage(db: string): Promise<number[]> {
  const viewer = await startViewer(db)
  const stream = get(`${viewer.page}api/live`)
  const [response] = (await once(stream, 'response')) as [IncomingMessage]
  let told = (): void => {}
  createInterface(response)
    .on('line', line => {
      if (line.startsWith('data: ') && JSON.parse(line.slice('data: '.length)).sessions.length > 0) told()
    })
    // The stream ends with the viewer.
    .on('error', () => {})
  const client = new Client(1)
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await wait(PAUSES_MS[round % PAUSES_MS.length])
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    told = resolve
    const sent = performance.now()
    const { status } = await client.post(`${viewer.otlp}/v1/logs`, oneEvent(round), 'application/json')
    if (status !== 200) throw new Error(`HTTP ${status}`)
    const late = setTimeout(() => reject(new Error(`no page was told within ${PATIENCE_MS} ms`)), PATIENCE_MS)
    await promise
    clearTimeout(late)
    times.push(performance.now() - sent)
  }
  client.close()
  stream.destroy()
  await viewer.end()
  return times.sort((a, b) => a - b)
}

/** A prompt of a session; a record that was sent before would count for nothing. */
function oneEvent(round: number): Uint8Array {
  const attributes = {
    'event.name': 'codex.user_prompt',
    'conversation.id': '01a20484-7f65-70c0-9b06-614c7d38c0fd',
    prompt: `prompt ${round}`,
  }
  const record = {
    timeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
    attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }
  return Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }))
}
