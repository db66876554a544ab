import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { responseEvents } from './response-events.ts'
import { nextStep, type Standing } from './script.ts'

/** A model provider on loopback that plays a script over the same HTTP and server-sent events as a real one. */
export interface ScriptedModel {
  baseUrl: string
  /** The key that it takes: made anew for each server. */
  apiKey: string
  close(): void
}

const MAX_BODY_BYTES = 64 * 1024 * 1024

/** Starts the server on a free port. It does not keep the process alive. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const apiKey = randomBytes(24).toString('base64url')
  const failed = new Set<string>()
  let responses = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/v1/responses') return refuse(response, 404, 'not found')
    if (!sameText(request.headers.authorization ?? '', `Bearer ${apiKey}`)) return refuse(response, 401, 'wrong key')
    const body = await readBody(request)
    if (body === undefined) return refuse(response, 413, 'the request is too large')
    const standing = readStanding(body)
    if (standing === undefined) return refuse(response, 400, 'the request has no list "input" with a user message')
    const step = nextStep({ ...standing, failedBefore: failed.delete(body) })
    if (step.kind === 'fail') {
      failed.add(body)
      return refuse(response, step.status, step.message)
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const data of responseEvents(++responses, step, body.length)) {
      response.write(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`)
    }
    response.end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
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
  response.end(JSON.stringify({ error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error' } }))
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

function readStanding(body: string): Omit<Standing, 'failedBefore'> | undefined {
  let input: unknown
  try {
    input = (JSON.parse(body) as { input?: unknown } | null)?.input
  } catch {
    return undefined
  }
  if (!Array.isArray(input)) return undefined
  const last = input.findLastIndex(item => item?.role === 'user')
  const prompt: unknown = input[last]?.content?.[0]?.text
  if (typeof prompt !== 'string') return undefined
  const outputs = input.slice(last + 1).flatMap(item => (typeof item?.output === 'string' ? [item.output] : []))
  return { prompt, outputs }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
