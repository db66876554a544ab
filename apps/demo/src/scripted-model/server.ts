import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ResponseEvent, responseEvents } from './response-events.ts'
import { nextStep, type Standing } from './script.ts'

/** A model provider on loopback that plays a script over the same HTTP and server-sent events as a real one. */
export interface ScriptedModel {
  baseUrl: string
  /** The key that the server accepts; each server makes a new one. */
  apiKey: string
  close(): void
}

export const PATH = '/v1/responses'
export const NO_PROMPT = 'the request has no list "input" with a user message'

export interface ScriptedModelOptions {
  /** Lets the server accept WebSockets, too: see `accept-websockets.ts`, which the agent does not load. */
  acceptWebsockets?: ((server: Server, script: Script) => void) | undefined
}

/** The part of the scripted model that HTTP and WebSockets share. */
export interface Script {
  /** Whether the request carries the key. */
  isAuthorized(request: IncomingMessage): boolean
  /** The answer to a request with this input; `undefined` where the input has no user message. */
  play(input: unknown): Played | undefined
}

/** The events of a response, or an error. */
export type Played = { events: ResponseEvent[] } | { status: number; message: string; events?: undefined }

export const MAX_BODY_BYTES: number = 64 * 1024 * 1024

/** Starts the server on a free port. It does not keep the process alive. */
export async function startScriptedModel({ acceptWebsockets }: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const apiKey = randomBytes(24).toString('base64url')
  const failed = new Set<string>()
  let responses = 0

  const script: Script = {
    isAuthorized: request => sameText(request.headers.authorization ?? '', `Bearer ${apiKey}`),
    play(input) {
      const standing = readStanding(input)
      if (standing === undefined) return undefined
      // Over a WebSocket the same conversation may arrive in parts or as a whole: its user messages and state identify it.
      const asked = JSON.stringify([userMessages(input), standing])
      const step = nextStep({ ...standing, failedBefore: failed.delete(asked) })
      if (step.kind === 'fail') {
        failed.add(asked)
        return step
      }
      return { events: responseEvents(++responses, step, JSON.stringify(input).length) }
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== PATH) return refuse(response, 404, 'not found')
    if (!script.isAuthorized(request)) return refuse(response, 401, 'wrong key')
    const body = await readBody(request)
    if (body === undefined) return refuse(response, 413, 'the request is too large')
    const played = script.play(readInput(body))
    if (played === undefined) return refuse(response, 400, NO_PROMPT)
    if (played.events === undefined) return refuse(response, played.status, played.message)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const data of played.events) response.write(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`)
    response.end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  acceptWebsockets?.(server, script)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.unref()
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: errorOf(status, message) }))
}

/** An error in the form of providers. */
export function errorOf(status: number, message: string): { message: string; type: string } {
  return { message, type: status >= 500 ? 'server_error' : 'invalid_request_error' }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads the input of a request; `undefined` when the body is not JSON. */
function readInput(body: string): unknown {
  try {
    return (JSON.parse(body) as { input?: unknown } | null)?.input
  } catch {
    return undefined
  }
}

function readStanding(input: unknown): Omit<Standing, 'failedBefore'> | undefined {
  if (!Array.isArray(input)) return undefined
  const last = input.findLastIndex(item => item?.role === 'user')
  const prompt: unknown = input[last]?.content?.[0]?.text
  if (typeof prompt !== 'string') return undefined
  const outputs = input.slice(last + 1).flatMap(item => (typeof item?.output === 'string' ? [item.output] : []))
  return { prompt, outputs }
}

const userMessages = (input: unknown): number =>
  Array.isArray(input) ? input.filter(item => item?.role === 'user').length : 0

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
