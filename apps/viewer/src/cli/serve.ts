import type { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'
import type { Prices } from '../web/contract.ts'
import { Ending } from './ending.ts'
import { type Exposure, type ExposureOptions, KEY_HEADER, KEY_VARIABLE } from './exposure.ts'
import { type ReceiveOptions, receive } from './receive.ts'
import { announcePage, labelled, type PageOptions, servePage } from './serve-page.ts'

export interface ServeOptions extends ReceiveOptions, ExposureOptions, PageOptions {
  /** Milliseconds that a session is kept after its last event. */
  retainMs: number
  /** Bytes of the file. */
  maxSize: number
  /** Whether nothing is kept after the end. */
  memory: boolean
  /** Whether what was said and done is kept, and who it was. */
  content: boolean
}

/** Milliseconds between two looks for what is too old or too much. */
const RETENTION_INTERVAL_MS = 60_000

/** Milliseconds that answers under way have to their end. */
const GRACE_MS = 200

/** Receives OTLP, stores each request before it is answered, and serves the page, until a signal ends it. */
export async function serve(store: Store, options: ServeOptions, exposure: Exposure, prices: Prices): Promise<void> {
  using ending = new Ending()
  const { key, keyIsNew, others } = exposure
  if (others && !options.token) {
    throw new UsageError('--no-token would let other machines read everything; leave it out with --host.')
  }
  let pageUrl: string | undefined
  const server = await receive(store, options, exposure, () => pageUrl)
  const retain = (): Promise<unknown> =>
    store
      .retain({ retainMs: options.retainMs, maxSize: options.maxSize })
      .catch(error => process.stderr.write(`could not remove what is too old: ${error.message}\n`))
  await retain()
  const { httpUrls, grpcUrls } = server
  const facts = {
    receiving: { http: httpUrls[0] ?? null, grpc: grpcUrls[0] ?? null },
    prices,
    maxBytes: options.maxSize,
    retainMs: options.retainMs,
    file: null,
  }
  const page = await servePage(store, options, facts, exposure).catch(async error => {
    await server.close({ graceMs: 0 })
    throw error
  })
  pageUrl = page.url
  const addresses = { page: page.url, http: httpUrls, grpc: grpcUrls, store: store.place, ...(keyIsNew ? { key } : {}) }
  // A program reads all of it, and a person the lines below.
  announcePage(page, options, process.stdout.isTTY ? page.url : JSON.stringify(addresses))
  const tell = (label: string, text: string): void => void process.stderr.write(`${labelled(label, text)}\n`)
  tell('OTLP over HTTP', httpUrls.join('  '))
  tell('OTLP over gRPC', grpcUrls.join('  '))
  if (key !== undefined) {
    const shown = keyIsNew ? `${key}  (new with each start; ${KEY_VARIABLE} sets one)` : 'the one that was given'
    tell('header to send', `${KEY_HEADER}: ${shown}`)
  }
  const [until, without] = [options.memory ? ', until the end' : '', options.content ? '' : ', without content']
  tell('kept in', `${store.place}${until}${without}`)
  process.stderr.write('Ctrl-C ends it.\n')
  const timer = setInterval(() => void retain(), RETENTION_INTERVAL_MS)
  await ending.reached()
  clearInterval(timer)
  await Promise.all([page.close(GRACE_MS), server.close({ graceMs: GRACE_MS })])
}
