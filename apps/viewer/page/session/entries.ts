import type { TimelineRow } from '../../src/queries/timeline.ts'

/** `waiting` is a response whose calls probably wait for a person. */
export type EntryKind = 'start' | 'prompt' | 'request' | 'response' | 'ask' | 'waiting' | 'tool' | 'error' | 'note'

/** What happened once: one event, or a few that speak of the same. */
export interface Entry {
  kind: EntryKind
  /** The event that its address names. */
  row: TimelineRow
  /** When it began. */
  from: number
  to: number
  /** The request of a response. */
  request?: TimelineRow
  /** The decision on a tool call. */
  decision?: TimelineRow
  /** When what failed was tried again. */
  again?: number
  trouble: boolean
}

/** Whether a request was made over a WebSocket, where a response has no status. */
export const isOverWebsocket = ({ event_name }: TimelineRow): boolean => event_name === 'codex.websocket_request'

/** Whether a WebSocket was opened, or could not be. */
const isConnection = ({ event_name }: TimelineRow): boolean => event_name === 'codex.websocket_connect'

const isRefused = ({ status, error_message }: TimelineRow): boolean =>
  error_message !== null || (status !== null && status >= 400)

/** Whether a request or a connection is another try of what failed. HTTP alone counts its attempts at a request that was refused. */
const triesAgain = (next: TimelineRow, { row }: Entry): boolean =>
  row.role !== 'request' || isOverWebsocket(row) || !isRefused(row) || (next.attempt ?? 0) > (row.attempt ?? 0)

/** Makes the entries of a session of its events in their order. */
export function entriesOf(rows: readonly TimelineRow[]): Entry[] {
  const entries: Entry[] = []
  /** The requests that were accepted and have no response yet. */
  let open: Entry[] = []
  const decisions = new Map<string, TimelineRow>()
  /** Decisions of the configuration, whose rows are those of their calls. */
  const unseen = new Set<TimelineRow>()
  /** What failed, until the next request or connection. */
  let failed: Entry | undefined
  for (const row of rows) {
    const from = row.time_ms - (row.duration_ms ?? 0)
    const entry: Entry = { kind: kindOf(row), row, from, to: row.time_ms, trouble: row.error_message !== null }
    if (entry.kind === 'request' || isConnection(row)) {
      if (failed && triesAgain(row, failed)) failed.again = from
      failed = undefined
    }
    switch (entry.kind) {
      case 'request':
        entry.trouble = isRefused(row)
        if (entry.trouble) failed = entry
        else {
          // One connection has one response at a time: what was asked before has ended without token counts.
          if (isOverWebsocket(row)) open = open.filter(before => !isOverWebsocket(before.row))
          open.push(entry)
        }
        break
      case 'response': {
        // One event of its stream could not be read, and the response went on.
        if (failed && !failed.trouble) failed = undefined
        const request = open.shift()
        if (request) {
          // The response takes the place of its request.
          Object.assign(request, {
            kind: 'response',
            row,
            request: request.row,
            to: row.time_ms,
            trouble: entry.trouble,
          })
          continue
        }
        break
      }
      case 'error': {
        const request = row.role === 'stream' ? open.at(-1) : undefined
        if (request) {
          // The model had it until its response broke off.
          request.to = row.time_ms
          failed = request
        } else if (isConnection(row)) failed = entry
        open = []
        break
      }
      case 'ask':
        if (row.call_id !== null) decisions.set(row.call_id, row)
        if (row.wait_ms === null && row.call_id !== null) {
          unseen.add(row)
          continue
        }
        entry.from = row.time_ms - (row.wait_ms ?? 0)
        entry.trouble = false
        break
      case 'tool': {
        const decision = row.call_id === null ? undefined : decisions.get(row.call_id)
        if (decision) {
          entry.decision = decision
          unseen.delete(decision)
        }
        entry.trouble = row.success === 0 && row.declined === 0
        break
      }
    }
    entries.push(entry)
  }
  // Of a call that has no result yet, the decision is what there is.
  for (const row of unseen) entries.push({ kind: 'ask', row, from: row.time_ms, to: row.time_ms, trouble: false })
  return unseen.size === 0 ? entries : entries.sort((a, b) => a.row.time_ms - b.row.time_ms)
}

/** What an event is shown as. */
export function kindOf({ role, error_message }: Pick<TimelineRow, 'role' | 'error_message'>): EntryKind {
  switch (role) {
    case 'start':
    case 'prompt':
    case 'request':
    case 'response':
    case 'tool':
      return role
    case 'decision':
      return 'ask'
    default:
      return error_message === null ? 'note' : 'error'
  }
}

/** Whether a request was accepted, and neither its response is there nor another try. */
export const hasNoResponse = ({ kind, trouble, again }: Entry): boolean =>
  kind === 'request' && !trouble && again === undefined

/** Milliseconds from the request to its end; `undefined` where its request is not there. */
export function responseTime({ request, row }: Entry): number | undefined {
  if (request?.duration_ms != null) return row.time_ms - (request.time_ms - request.duration_ms)
  return row.duration_ms ?? undefined
}

const EXIT_CODE = /^(?:Exit code: |Process exited with code )(-?\d+)$/m

/** The exit code that the output of a command begins with; `undefined` where it says none. */
export function exitCode(output: string): number | undefined {
  const [head = ''] = output.split(/^Output:$/m, 1)
  const code = EXIT_CODE.exec(head.slice(0, 1_000))?.[1]
  return code === undefined ? undefined : Number(code)
}

/** The output of a command without what the agent wrote above it. */
export const outputBody = (output: string): string => {
  const match = /^(?:Chunk ID|Exit code|Wall time|Process exited|Original token count)\b[\s\S]*?^Output:\n/m.exec(
    output,
  )
  return match?.index === 0 ? output.slice(match[0].length) : output
}

/** The arguments of a call in one line: of a command, the command. */
export function argumentsLine(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return text
    const { cmd, command } = value as { cmd?: unknown; command?: unknown }
    const run = cmd ?? command
    if (typeof run === 'string') return run
    if (Array.isArray(run) && run.every(part => typeof part === 'string')) return run.join(' ')
    return Object.entries(value)
      .map(([key, part]) => `${key}: ${typeof part === 'string' ? part : JSON.stringify(part)}`)
      .join('  ')
  } catch {
    // It is no JSON, or only the beginning of one.
    return /^\{"cmd":"((?:[^"\\]|\\.)*)/.exec(text)?.[1]?.replaceAll('\\"', '"') ?? text
  }
}
