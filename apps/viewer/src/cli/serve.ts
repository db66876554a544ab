import { createOtlpServer, MalformedRequest, type OtlpServer, type Refusal } from '@codex/otlp-receiver'
import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'
import { refusedText } from './refused-text.ts'
import { type PageOptions, servePage, untilEnded } from './serve-page.ts'

export interface ServeOptions extends PageOptions {
  /** Ports; 0 takes a free one. */
  http: number
  grpc: number
  /** Milliseconds that a session is kept after its last event. */
  retainMs: number
  /** Bytes of the file. */
  maxSize: number
}

/** Milliseconds between two looks for what is too old or too much. */
const RETENTION_INTERVAL_MS = 60_000

/** Milliseconds that answers under way have to their end. */
const GRACE_MS = 200

/** Receives OTLP on this machine, stores each request before it is answered, and serves the page, until a signal ends it. */
export async function serve(store: Store, options: ServeOptions): Promise<void> {
  const ended = untilEnded()
  const server = await open(store, options)
  const retain = (): Promise<unknown> =>
    store
      .retain({ retainMs: options.retainMs, maxSize: options.maxSize })
      .catch(error => process.stderr.write(`could not remove what is too old: ${error.message}\n`))
  await retain()
  const { httpUrls, grpcUrls } = server
  const page = await servePage(store, options, {
    receiving: { http: httpUrls[0] ?? null, grpc: grpcUrls[0] ?? null },
    maxBytes: options.maxSize,
    retainMs: options.retainMs,
    file: null,
  }).catch(async error => {
    await server.close({ graceMs: 0 })
    throw error
  })
  const addresses = { page: page.url, http: httpUrls, grpc: grpcUrls, store: store.path }
  // A program reads all of it, and a person the lines below.
  process.stdout.write(`${process.stdout.isTTY ? page.url : JSON.stringify(addresses)}\n`)
  process.stderr.write(`OTLP over HTTP  ${httpUrls.join('  ')}\n`)
  process.stderr.write(`OTLP over gRPC  ${grpcUrls.join('  ')}\n`)
  process.stderr.write(`kept in         ${store.path}\n`)
  process.stderr.write('Ctrl-C ends it.\n')
  const timer = setInterval(() => void retain(), RETENTION_INTERVAL_MS)
  await ended
  clearInterval(timer)
  await Promise.all([page.close(GRACE_MS), server.close({ graceMs: GRACE_MS })])
}

async function open(store: Store, { http, grpc }: ServeOptions): Promise<OtlpServer> {
  if (http === grpc && http !== 0) {
    throw new UsageError(`${http} cannot be the port of both; give --otlp-grpc another one.`)
  }
  try {
    return await createOtlpServer({
      ports: { http, grpc },
      onBatch: async ({ signal, encoding, body }) => {
        const result = await store.store({ signal, encoding, body })
        if ('malformed' in result) throw new MalformedRequest(result.malformed)
        return undefined
      },
      onRefused: refusal => keepRefusal(store, refusal),
    })
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number }
    if (port === undefined) throw error
    const reason =
      code === 'EADDRINUSE' ? 'is in use; is a Collector running?' : `cannot be opened: ${reasonOf(error)}.`
    const option = port === grpc ? '--otlp-grpc' : '--otlp-http'
    throw new UsageError(`${port} ${reason} ${option} 0 takes a free port.`)
  }
}

function keepRefusal(store: Store, { advice: cure, ...refusal }: Refusal): void {
  process.stderr.write(`refused  ${refusedText({ ...refusal, cure })}\n`)
  store
    .refuse({ ...refusal, cure })
    .catch(error => process.stderr.write(`could not keep what was refused: ${reasonOf(error)}\n`))
}
