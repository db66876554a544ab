import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ReceiverCommand } from './receiver-process.ts'

export interface ReceiverCounts {
  records: number
  requests: number
}

export interface ReceivedRecords {
  /** Bytes of all requests. */
  bytes: number
  /** The resource's attributes count among those of its records. */
  records: { eventName: string; attributes: Readonly<Record<string, unknown>> }[]
}

/** An OTLP receiver in a process of its own. */
export interface RemoteReceiver {
  /** Where it takes logs over HTTP. */
  readonly endpoint: string
  reset(): Promise<void>
  counts(): Promise<ReceiverCounts>
  /** What arrived, decoded; only when it retains records. */
  records(): Promise<ReceivedRecords>
  close(): Promise<void>
}

export interface RemoteReceiverOptions {
  /** Default: `counts`. */
  retain?: 'counts' | 'records'
  /** Default: a free one. */
  port?: number
}

export async function startRemoteReceiver(options: RemoteReceiverOptions = {}): Promise<RemoteReceiver> {
  const script = fileURLToPath(new URL('receiver-process.ts', import.meta.url))
  const child = fork(script, [options.retain ?? 'counts', String(options.port ?? 0)], { serialization: 'advanced' })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const waiting = new Map<number, (result: unknown) => void>()
  let nextId = 0
  const started = Promise.withResolvers<string>()
  void exited.then(() => started.reject(new Error('the receiver did not start')))
  child.on('message', (message: { endpoint: string } | { id: number; result: unknown }) => {
    if ('endpoint' in message) return started.resolve(message.endpoint)
    waiting.get(message.id)?.(message.result)
    waiting.delete(message.id)
  })
  const ask = <Result>(command: ReceiverCommand): Promise<Result> =>
    new Promise(resolve => {
      const id = nextId++
      waiting.set(id, resolve as (result: unknown) => void)
      child.send({ id, command })
    })
  return {
    endpoint: await started.promise,
    reset: () => ask('reset'),
    counts: () => ask('counts'),
    records: () => ask('records'),
    async close() {
      child.disconnect()
      await exited
    },
  }
}
