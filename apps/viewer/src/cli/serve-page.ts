import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'
import type { Info } from '../web/contract.ts'
import { PRICE_LIST } from '../web/price-list.ts'
import { startWebServer, type WebServer } from '../web/web-server.ts'
import type { Exposure } from './exposure.ts'
import { browserCommand, openBrowser } from './open-browser.ts'
import { readPrices } from './read-prices.ts'

export interface PageOptions {
  /** The port of the page; 0 takes a free one. `undefined` is the usual one. */
  port: number | undefined
  /** Whether the page asks for the token in the printed address. */
  token: boolean
  /** A file with prices of models. */
  prices: string | undefined
  /** Whether the page is opened in a browser. */
  open: boolean
}

/** What the page is told of the store and of what is received. */
export interface PageFacts {
  receiving: Info['receiving']
  maxBytes: number | null
  retainMs: number | null
  file: string | null
}

const USUAL_PORT = 4319

/** @throws UsageError for a port that is taken, and for a file of prices that is wrong */
export async function servePage(
  store: Store,
  { port, token, prices, open }: PageOptions,
  facts: PageFacts,
  { hosts, tls }: Partial<Exposure> = {},
): Promise<WebServer> {
  const { receiving, maxBytes, retainMs, file } = facts
  const models = prices === undefined ? PRICE_LIST : readPrices(prices, PRICE_LIST)
  const server = (number: number): Promise<WebServer> =>
    startWebServer({
      store,
      port: number,
      token,
      hosts,
      tls,
      facts: {
        version: VERSION,
        store: { path: store.place, maxBytes, retainMs },
        receiving,
        prices: models,
        file,
      },
    })
  const page = await atPort(server, port, file !== null)
  const browser = open ? browserCommand() : undefined
  if (browser) openBrowser(page.urlForBrowser(), browser)
  return page
}

async function atPort(
  server: (port: number) => Promise<WebServer>,
  port: number | undefined,
  isFile: boolean,
): Promise<WebServer> {
  try {
    return await server(port ?? USUAL_PORT)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Beside a viewer that receives, files are opened without more words.
    if (port === undefined && isFile && code === 'EADDRINUSE') return server(0)
    if (code === undefined) throw error
    const reason =
      code === 'EADDRINUSE'
        ? 'is in use; is a viewer running already, or files that it opened?'
        : `cannot be opened: ${reasonOf(error)}.`
    throw new UsageError(`${port ?? USUAL_PORT} ${reason} --port 0 takes a free port for the page.`)
  }
}

/** Resolves when the user or the system ends the program. */
export const untilEnded = (): Promise<void> =>
  new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
