import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Changes, Position } from '../store/changes.ts'
import type { LiveMessage } from './contract.ts'

/** Milliseconds between two looks at the store: at most four messages a second. */
const INTERVAL_MS = 250
/** Milliseconds between two comments, which tell a connection that is there from one that is not. */
const HEARTBEAT_MS = 15_000
const RECONNECT_MS = 1_000
/** Bytes that a page may leave unread; it is disconnected then, and goes on from its last message when it comes back. */
const MAX_UNREAD = 1024 * 1024
const WINDOW_MS = 1_000

/** Tells pages what comes in, as server-sent events. Without a page it does nothing. */
export class Live {
  private readonly changes: (after: Position | undefined) => Promise<Changes>
  private readonly maxStreams: number
  /** Streams that are open, and those of them that have what was before. */
  private readonly open = new Set<ServerResponse>()
  private readonly clients = new Set<ServerResponse>()
  private timer: NodeJS.Timeout | undefined
  private heartbeat: NodeJS.Timeout | undefined
  private seen: Position | undefined
  private told = { refusals: 0, perSecond: 0 }
  private arrivals: { atMs: number; events: number }[] = []

  /** @param changes asks the store */
  constructor(changes: (after: Position | undefined) => Promise<Changes>, maxStreams: number) {
    this.changes = changes
    this.maxStreams = maxStreams
  }

  /** Whether one more page can be told. */
  get hasRoom(): boolean {
    return this.open.size < this.maxStreams
  }

  /** Tells this client from now on, and what it has missed since the message that its `Last-Event-ID` names. */
  async connect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open.add(response)
    response.on('close', () => this.forget(response))
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // The connection ends with the stream, so that the end of the program waits for none.
      connection: 'close',
    })
    response.write(`retry: ${RECONNECT_MS}\n\n`)
    try {
      const changes = await this.changes(positionOf(request.headers['last-event-id']))
      if (!this.open.has(response)) return
      this.send(response, messageOf(changes, this.message(changes)))
      this.clients.add(response)
      this.start(changes)
    } catch {
      // The page comes back by itself.
      response.destroy()
    }
  }

  /** Ends every stream. */
  close(): void {
    for (const client of this.open) client.end()
    this.stop()
  }

  private start(position: Position): void {
    if (this.timer) return
    this.seen = position
    this.timer = setTimeout(() => void this.look(), INTERVAL_MS)
    this.heartbeat ??= setInterval(() => {
      for (const client of this.clients) this.send(client, ': here\n\n')
    }, HEARTBEAT_MS)
  }

  private stop(): void {
    clearTimeout(this.timer)
    clearInterval(this.heartbeat)
    this.timer = undefined
    this.heartbeat = undefined
    this.seen = undefined
    this.arrivals = []
  }

  private async look(): Promise<void> {
    try {
      const before = this.seen
      const changes = await this.changes(before)
      if (this.clients.size === 0) return
      const moved = changes.event !== before?.event || changes.span !== before?.span
      if (before && changes.event > before.event) {
        this.arrivals.push({ atMs: performance.now(), events: changes.event - before.event })
      }
      this.seen = { event: changes.event, span: changes.span }
      const message = this.message(changes)
      if (moved || message.refusals !== this.told.refusals || message.perSecond !== this.told.perSecond) {
        this.told = { refusals: message.refusals, perSecond: message.perSecond }
        const text = messageOf(changes, message)
        for (const client of this.clients) this.send(client, text)
      }
    } catch {
      // The reader was ended for a question that took too long; the next look asks a new one.
    }
    if (this.clients.size > 0) this.timer = setTimeout(() => void this.look(), INTERVAL_MS)
  }

  private message({ event, sessions, refusals }: Changes): LiveMessage {
    const from = performance.now() - WINDOW_MS
    this.arrivals = this.arrivals.filter(({ atMs }) => atMs > from)
    const perSecond = this.arrivals.reduce((sum, { events }) => sum + events, 0) / (WINDOW_MS / 1_000)
    return { sessions, lastEvent: event, refusals, perSecond }
  }

  private send(client: ServerResponse, text: string): void {
    if (client.writableLength > MAX_UNREAD) client.destroy()
    else client.write(text)
  }

  private forget(client: ServerResponse): void {
    this.open.delete(client)
    this.clients.delete(client)
    if (this.clients.size === 0) this.stop()
  }
}

const messageOf = ({ event, span }: Position, message: LiveMessage): string =>
  `id: ${event}-${span}\ndata: ${JSON.stringify(message)}\n\n`

/** What a client has seen: the id of its last message. */
function positionOf(header: string | string[] | undefined): Position | undefined {
  const [, event, span] = /^(\d{1,15})-(\d{1,15})$/.exec(String(header ?? '')) ?? []
  return event === undefined ? undefined : { event: Number(event), span: Number(span) }
}
