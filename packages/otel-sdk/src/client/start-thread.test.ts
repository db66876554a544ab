import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../config/resolve-config.ts'
import { MAX_YOUNG_GENERATION_MIB, openThread, startThread } from './start-thread.ts'

const { config } = resolveConfig({ table: {}, file: 'config.toml', codexHome: '/nowhere', env: {} })

/** What V8 grants a thread, and the size of its heap at which it ends the thread. */
const PROGRAM = `
const { parentPort, resourceLimits } = require('node:worker_threads')
parentPort.postMessage({ ...resourceLimits, heapMib: require('node:v8').getHeapStatistics().heap_size_limit / 2 ** 20 })
`

interface Granted {
  maxYoungGenerationSizeMb: number
  maxOldGenerationSizeMb: number
  heapMib: number
}

async function grantedTo(worker: Worker): Promise<Granted> {
  const [granted] = (await once(worker, 'message')) as [Granted]
  await worker.terminate()
  return granted
}

it('a thread has a small young generation, and the old one that every thread has', async () => {
  const code = { builtins: ['node:worker_threads', 'node:v8'], first: PROGRAM, parts: {} }
  const ours = await grantedTo(startThread({ name: 'limits', config, code, data: {} }))
  const usual = await grantedTo(new Worker(PROGRAM, { eval: true }))
  expect(ours.maxYoungGenerationSizeMb).toBe(MAX_YOUNG_GENERATION_MIB)
  expect(usual.maxYoungGenerationSizeMb).toBeGreaterThan(ours.maxYoungGenerationSizeMb)
  expect(ours.maxOldGenerationSizeMb).toBe(usual.maxOldGenerationSizeMb)
  expect(usual.heapMib - ours.heapMib).toBeLessThanOrEqual(
    usual.maxYoungGenerationSizeMb - ours.maxYoungGenerationSizeMb,
  )
})

it('a thread that was started early does the task that it gets later', async () => {
  const thread = openThread('early')
  await once(thread.worker, 'online')
  const first =
    "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(workerData.said)"
  const code = { builtins: ['node:worker_threads'], first, parts: {} }
  const worker = startThread({ thread, name: 'early', config, code, data: { said: 'the task' } })
  expect(worker).toBe(thread.worker)
  expect(await once(worker, 'message')).toEqual(['the task'])
  await worker.terminate()
})

it('a thread that gets no task ends when it is abandoned', async () => {
  const { worker, abandon } = openThread('abandoned')
  await once(worker, 'online')
  const ended = once(worker, 'exit')
  abandon()
  expect(await ended).toEqual([1])
})

it('a thread whose task cannot be handed over ends', async () => {
  const thread = openThread('uncloneable')
  const ended = once(thread.worker, 'exit')
  const code = { builtins: [], first: '', parts: {} }
  expect(() => startThread({ thread, name: 'uncloneable', config, code, data: { not: () => {} } })).toThrow('clone')
  await ended
})

describe('a thread whose caller waits', () => {
  /** A part that posts a word. */
  const saying = (word: string): string =>
    brotliCompressSync(`require('node:worker_threads').parentPort.postMessage('${word}')`).toString('base64')
  const codeOf = (first: string) => ({
    builtins: ['node:worker_threads'],
    first,
    parts: { main: saying('from the task') } as Record<string, string>,
  })

  it('runs what was compiled for it before its first line', async () => {
    const thread = openThread('ahead')
    const code = codeOf("require('main')")
    startThread({ thread, name: 'ahead', config, code, data: {} })
    code.parts.main = saying('compiled ahead')
    thread.hasten()
    expect(await once(thread.worker, 'message')).toEqual(['compiled ahead'])
    await thread.worker.terminate()
  })

  it('compiles by itself once it has begun', async () => {
    const thread = openThread('begun')
    const code = codeOf(`const { parentPort } = require('node:worker_threads')
parentPort.postMessage('began')
parentPort.once('message', () => require('main'))`)
    startThread({ thread, name: 'begun', config, code, data: {} })
    expect(await once(thread.worker, 'message')).toEqual(['began'])
    code.parts.main = saying('compiled ahead')
    thread.hasten()
    thread.worker.postMessage(null)
    expect(await once(thread.worker, 'message')).toEqual(['from the task'])
    await thread.worker.terminate()
  })

  it('compiles by itself what cannot be compiled for it', async () => {
    const thread = openThread('damaged')
    const code = codeOf("require('main')")
    startThread({ thread, name: 'damaged', config, code, data: {} })
    code.parts.main = 'no Brotli'
    thread.hasten()
    expect(await once(thread.worker, 'message')).toEqual(['from the task'])
    await thread.worker.terminate()
  })
})
