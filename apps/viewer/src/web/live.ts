import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Changes, Position } from '../store/changes.ts'
import type { LiveMessage } from './contract.ts'

/** Milliseconds between two looks at the store: at most four messages a second. */
const INTERVAL_MS = 250
/** The same while this process stores nothing: another one may import into the file. */
const QUIET_INTERVAL_MS = 1_000
/** Milliseconds between two comments, which tell a connection that is there from one that is not. */
const HEARTBEAT_MS = 15_000
const RECONNECT_MS = 1_000
/** Bytes that a page may leave unread; it is disconnected then, and goes on from its last message when it comes back. */
const MAX_UNREAD = 1024 * 1024
const WINDOW_MS = 1_000

/** Tells pages what comes in, as server-sent events. Without a page it does nothing. */
export class Live {
  private readonly readChanges: (after: Position | undefined) => Promise<Changes>
  private readonly maxStreams: number
  /** Streams that are open, and those of them that have what was before. */
  private readonly open = new Set<ServerResponse>()
  private readonly clients = new Set<ServerResponse>()
  private timer: NodeJS.Timeout | undefined
  /** When the message before was sent. */
  private toldMs = 0
  private looking = false
  /** Whether something was stored or removed since the look before began. */
  private changedSince = false
  private heartbeat: NodeJS.Timeout | undefined
  private seen: Position | undefined
  private told = { refusals: 0, removals: 0, perSecond: 0 }
  private arrivals: { atMs: number; events: number }[] = []

  /** @param changes asks the store */
  constructor(changes: (after: Position | undefined) => Promise<Changes>, maxStreams: number) {
    this.readChanges = changes
    this.maxStreams = maxStreams
  }

  /** Whether one more page can be told. */
  get hasRoom(): boolean {
    return this.open.size < this.maxStreams
  }

  /**
   * Tells this client from now on, and what it has missed since the message that its `Last-Event-ID` names.
   * @param after the same of a stream that a page has closed and opened again
   */
  async connect(request: IncomingMessage, response: ServerResponse, after?: string | null): Promise<void> {
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
      const changes = await this.readChanges(positionOf(request.headers['last-event-id'] ?? after))
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

  /** Something was stored or removed: pages are told at once, as far as the message before is long enough ago. */
  changed(): void {
    this.changedSince = true
    if (this.timer && !this.looking) this.lookIn(Math.max(0, this.toldMs + INTERVAL_MS - performance.now()))
  }

  private start(position: Position): void {
    if (this.timer) return
    this.seen = position
    this.lookIn(INTERVAL_MS)
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

  private lookIn(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.look(), ms)
  }

  private async look(): Promise<void> {
    this.looking = true
    this.changedSince = false
    const isQuiet = await this.tell().catch(() => {
      // The reader was ended for a question that took too long; the next look asks a new one.
      return false
    })
    this.looking = false
    if (this.clients.size > 0) this.lookIn(isQuiet && !this.changedSince ? QUIET_INTERVAL_MS : INTERVAL_MS)
  }

  /** Tells what has come in. @returns whether nothing has, for a while */
  private async tell(): Promise<boolean> {
    const before = this.seen
    const changes = await this.readChanges(before)
    const moved = changes.event !== before?.event || changes.span !== before?.span
    if (before && changes.event > before.event) {
      this.arrivals.push({ atMs: performance.now(), events: changes.event - before.event })
    }
    this.seen = { event: changes.event, span: changes.span }
    const message = this.message(changes)
    const { refusals, removals, perSecond } = this.told
    const counts = message.refusals !== refusals || message.removals !== removals || message.perSecond !== perSecond
    if (moved || counts) {
      this.toldMs = performance.now()
      this.told = { refusals: message.refusals, removals: message.removals, perSecond: message.perSecond }
      const text = messageOf(changes, message)
      for (const client of this.clients) this.send(client, text)
    }
    return !moved && this.arrivals.length === 0
  }

  private message({ event, sessions, refusals, removals }: Changes): LiveMessage {
    const from = performance.now() - WINDOW_MS
    this.arrivals = this.arrivals.filter(({ atMs }) => atMs > from)
    const perSecond = this.arrivals.reduce((sum, { events }) => sum + events, 0) / (WINDOW_MS / 1_000)
    return { sessions, lastEvent: event, refusals, removals, perSecond }
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
function positionOf(id: string | string[] | null | undefined): Position | undefined {
  const [, event, span] = /^(\d{1,15})-(\d{1,15})$/.exec(String(id ?? '')) ?? []
  return event === undefined ? undefined : { event: Number(event), span: Number(span) }
}
