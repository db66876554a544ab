import { afterEach, expect, it, vi } from 'vitest'
import { stdioTransport } from './stdio-transport.ts'
import { MAX_MESSAGE_BYTES, type Transport } from './transport.ts'

const opened: Transport[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(opened.splice(0).map(transport => transport.close()))
})

/** Starts a program; returns the messages that it sends, and the reason why it ended. */
function start(program: string, baseEnv: Record<string, string> = {}): { received: unknown[]; transport: Transport } {
  const received: unknown[] = []
  const args = ['-e', program]
  const transport = stdioTransport({ command: process.execPath, args, env: {}, cwd: process.cwd(), baseEnv })
  opened.push(transport)
  transport.channel.onmessage = message => received.push(message)
  return { received, transport }
}

/** Code that sends a message of this many bytes, and another message after it in the same write. */
const send = (bytes: number): string => `
  const frame = JSON.stringify({ jsonrpc: '2.0', method: '' }).length
  const long = JSON.stringify({ jsonrpc: '2.0', method: 'x'.repeat(${bytes} - frame) })
  process.stdout.write(long + '\\n' + JSON.stringify({ jsonrpc: '2.0', method: 'next' }) + '\\n')
  process.stdin.resume()`

it('a program may send the largest message, and another one after it', async () => {
  const { received, transport } = start(send(MAX_MESSAGE_BYTES))
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(2)
  expect(JSON.stringify(received[0]).length).toBe(MAX_MESSAGE_BYTES)
  expect(transport.gone()).toBeUndefined()
})

it('a program that sends one byte more is ended', async () => {
  const { received, transport } = start(send(MAX_MESSAGE_BYTES + 1))
  await expect
    .poll(() => transport.gone()?.message, { timeout: 10_000 })
    .toContain(`more than ${MAX_MESSAGE_BYTES} bytes`)
  expect(received).toEqual([])
})

it('the environment of a program has no variable of the agent that is not passed to it', async () => {
  for (const name of [
    'HOME',
    'LOGNAME',
    'PATH',
    'SHELL',
    'TERM',
    'USER',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'TRACEPARENT',
  ]) {
    vi.stubEnv(name, 'of the agent')
  }
  const program = `process.stdout.write(JSON.stringify({ jsonrpc: '2.0', method: 'env', params: process.env }) + '\\n')`
  const { received } = start(program, { GIVEN: 'given' })
  await expect
    .poll(() => received, { timeout: 10_000 })
    .toEqual([expect.objectContaining({ params: { GIVEN: 'given' } })])
})

it('the transport gives the messages of a list one by one, and drops values that are no objects', async () => {
  const lines = ['starting', 'null', '5', '"text"', '[null, 7]', '', '[{"id":1},{"id":2}]']
  const { received } = start(`for (const line of ${JSON.stringify(lines)}) console.log(line)`)
  await expect.poll(() => received, { timeout: 10_000 }).toEqual([{ id: 1 }, { id: 2 }])
})

it('a message that cannot be handled does not end the agent', async () => {
  const { transport } = start(`console.log('{}'); process.stdin.resume()`)
  const errors: Error[] = []
  transport.channel.onmessage = () => {
    throw new Error('odd')
  }
  transport.channel.onerror = error => errors.push(error)
  await expect.poll(() => errors.map(({ message }) => message), { timeout: 10_000 }).toEqual(['odd'])
})
