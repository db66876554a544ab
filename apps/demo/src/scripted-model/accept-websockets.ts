import { type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { errorOf, MAX_BODY_BYTES, NO_PROMPT, PATH, type Script } from './server.ts'

/** The last response of a connection, and all items before it. */
interface Remembered {
  id: unknown
  items: unknown[]
}

/** Lets the scripted model answer over WebSockets as well, by the same script, and one request of a connection at a time. */
export function acceptWebsockets(server: Server, script: Script): void {
  const accepting = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY_BYTES })
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== PATH) return refuseUpgrade(socket, 404, 'not found')
    if (!script.isAuthorized(request)) return refuseUpgrade(socket, 401, 'wrong key')
    accepting.handleUpgrade(request, socket, head, accepted => serve(accepted, script))
  })
  server.on('close', () => {
    for (const client of accepting.clients) client.terminate()
  })
}

/** Answers as `server.ts` answers the same mistake over HTTP. */
function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ error: errorOf(status, message) })
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\n\r\n${body}`)
}

function serve(socket: WebSocket, script: Script): void {
  let remembered: Remembered | undefined
  const send = (event: object): void => socket.send(JSON.stringify(event))
  const refuse = (status: number, message: string): void =>
    send({ type: 'error', status, error: errorOf(status, message) })
  // The library closes the connection after an error; without a listener the error would end the process.
  socket.on('error', () => {})
  socket.on('message', data => {
    const request = readRequest(data.toString())
    if (request === undefined) return refuse(400, 'the message is not a response.create in JSON')
    const { input, previous_response_id: previous, generate } = request
    if (previous !== undefined && previous !== remembered?.id) return refuse(400, 'there is no such previous response')
    const all = [...(previous === undefined ? [] : (remembered?.items ?? [])), ...(Array.isArray(input) ? input : [])]
    if (generate === false) {
      remembered = { id: 'resp_scripted_warm', items: all }
      send({ type: 'response.created', response: { id: remembered.id } })
      return send({ type: 'response.completed', response: { id: remembered.id, usage: null } })
    }
    const played = script.play(all)
    if (played === undefined) return refuse(400, NO_PROMPT)
    if (played.events === undefined) return refuse(played.status, played.message)
    for (const event of played.events) send(event)
    const last = played.events.at(-1) as { response?: { id: unknown; output: unknown[] } } | undefined
    remembered = { id: last?.response?.id, items: [...all, ...(last?.response?.output ?? [])] }
  })
}

function readRequest(text: string): Record<string, unknown> | undefined {
  try {
    const request = JSON.parse(text) as Record<string, unknown> | null
    return request?.type === 'response.create' ? request : undefined
  } catch {
    return undefined
  }
}
