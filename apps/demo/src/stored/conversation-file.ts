import { type InputItem, toInputItem } from '../model/responses-api.ts'
import type { TraceContext } from '../telemetry.ts'

/** The head of a stored conversation, which is read without its items. */
export interface ConversationHead {
  id: string
  /** The working directory of the conversation. */
  cwd: string
  /** The latest turn's place in its trace; absent where traces were not exported. */
  lastTurn?: TraceContext | undefined
}

export interface StoredConversation extends ConversationHead {
  items: InputItem[]
}

const VERSION = 1
/** The largest first line of a file, in bytes. */
export const MAX_HEAD_BYTES: number = 64 * 1024
export const MAX_FILE_BYTES: number = 64 * 2 ** 20

/** The text of the file of a conversation: a line with the head, then a line for each item. */
export function formatConversation({ items, ...head }: StoredConversation): string {
  return [{ version: VERSION, ...head }, ...items].map(line => `${JSON.stringify(line)}\n`).join('')
}

/** Reads the head of a conversation. @throws Error with the reason why the text cannot be read. */
export function parseHead(text: string): ConversationHead {
  const line = text.slice(0, text.indexOf('\n') + 1)
  if (line === '') throw new Error('its first line is not there or too long')
  const { version, id, cwd, lastTurn } = parseLine(line, 1)
  if (version !== VERSION)
    throw new Error(`line 1 has version ${JSON.stringify(version)}, and this program reads ${VERSION}`)
  if (typeof id !== 'string' || typeof cwd !== 'string') throw new Error('line 1 names no conversation')
  return { id, cwd, ...readLastTurn(lastTurn) }
}

/** Reads a whole conversation. @throws Error with the reason why the text cannot be read; it never quotes the text. */
export function parseConversation(text: string): StoredConversation {
  const head = parseHead(text)
  if (!text.endsWith('\n')) throw new Error('its last line is cut off')
  const [, ...lines] = text.slice(0, -1).split('\n')
  const items = lines.map((line, i) => {
    const item = readItem(parseLine(line, i + 2))
    if (item === undefined) throw new Error(`line ${i + 2} is no part of a conversation`)
    return item
  })
  return { ...head, items }
}

/** What is no trace context is passed over: the conversation goes on without a link to the turn. */
function readLastTurn(value: unknown): Pick<ConversationHead, 'lastTurn'> {
  if (typeof value !== 'object' || value === null) return {}
  const { traceparent, tracestate } = value as Record<string, unknown>
  if (typeof traceparent !== 'string') return {}
  return { lastTurn: typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent } }
}

function parseLine(line: string, number: number): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    value = undefined
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Error(`line ${number} is no JSON object`)
}

/** Accepts only items that the agent writes, because they are sent to the provider again. */
function readItem(line: Record<string, unknown>): InputItem | undefined {
  const { type, role, content, call_id, output } = line
  if (type === 'message' && role === 'user') {
    const text: unknown = Array.isArray(content) && content.length === 1 ? content[0]?.text : undefined
    return typeof text === 'string' ? { type, role, content: [{ type: 'input_text', text }] } : undefined
  }
  if (type === 'function_call_output' || type === 'custom_tool_call_output') {
    return typeof call_id === 'string' && typeof output === 'string' ? { type, call_id, output } : undefined
  }
  return toInputItem(line)
}
