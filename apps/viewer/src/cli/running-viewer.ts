import { VERSION } from '../version.ts'

const PROGRAM = 'codex-otel-viewer'
const NAME = /^codex-otel-viewer\/\S+(?: \(page (https?:\/\/[\w.:[\]-]+\/)( with a token)?\))?$/
/** A busy machine is waited for; most that is no viewer refuses at once. */
const TIMEOUT_MS = 5_000

/** What a viewer calls itself to those that send to it: with the address of its page, and whether that needs a token. */
export const viewerName = (page: string | undefined): string =>
  page === undefined ? `${PROGRAM}/${VERSION}` : `${PROGRAM}/${VERSION} (page ${page.replace(/#.*/, ' with a token')})`

export interface RunningViewer {
  /** The address of OTLP over HTTP. */
  http: string
  /** The address of the page, without the token. */
  page: string | undefined
  /** Whether the page asks for one. */
  token: boolean
}

/** Asks who listens at a port of this machine, with a request that has no record; `undefined` where it is no viewer. */
export async function findViewer(host: string, port: number): Promise<RunningViewer | undefined> {
  const http = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  try {
    const response = await fetch(`${http}/v1/logs`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
      ...{ redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) },
    })
    await response.body?.cancel()
    const found = NAME.exec(response.headers.get('server') ?? '')
    return found ? { http, page: found[1], token: found[2] !== undefined } : undefined
  } catch {
    return undefined
  }
}
