import { reasonOf } from '../reason.ts'
import type { Store } from '../store/store.ts'
import { UsageError } from '../usage-error.ts'
import { VERSION } from '../version.ts'
import type { Info, Prices } from '../web/contract.ts'
import { startWebServer, type WebServer } from '../web/web-server.ts'
import type { Exposure } from './exposure.ts'
import { browserCommand, openBrowser } from './open-browser.ts'

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
  prices: Prices
  maxBytes: number | null
  retainMs: number | null
  file: string | null
}

const USUAL_PORT = 4319

/** @throws UsageError for a port that was asked for and is taken */
export async function servePage(
  store: Store,
  { port, token }: PageOptions,
  { receiving, prices, maxBytes, retainMs, file }: PageFacts,
  { hosts, tls }: Partial<Exposure> = {},
): Promise<WebServer> {
  const server = (number: number): Promise<WebServer> =>
    startWebServer({
      store,
      port: number,
      token,
      hosts,
      tls,
      facts: { version: VERSION, store: { path: store.place, maxBytes, retainMs }, receiving, prices, file },
    })
  try {
    return await server(port ?? USUAL_PORT)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    // Of this machine nobody but its user comes to the page, who sees its address; other machines know its port.
    if (port === undefined && hosts === undefined) return server(0)
    const reason = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened: ${reasonOf(error)}`
    throw new UsageError(`${port ?? USUAL_PORT} ${reason}. --port 0 takes a free port for the page.`)
  }
}

/** Tells where the page is, in a line of standard output that has its address alone, and opens it where that was asked for. */
export function announcePage(page: WebServer, { port, open }: PageOptions, line: string = page.url): void {
  const { stdout, stderr } = process
  if (stdout.isTTY && stderr.isTTY) stderr.write(labelled('page', ''))
  stdout.write(`${line}\n`)
  if (port === undefined && page.port !== USUAL_PORT) {
    stderr.write(`${USUAL_PORT}, the usual port of the page, is taken; this one was free\n`)
  }
  const browser = open ? browserCommand() : undefined
  if (browser) openBrowser(page.urlForBrowser(), browser)
}

const LABEL_WIDTH = 16

/** A line for a person: what it is, and in its column what it says. */
export const labelled = (label: string, text: string): string => `${label.padEnd(LABEL_WIDTH)}${text}`
