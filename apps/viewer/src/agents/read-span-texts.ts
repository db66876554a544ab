import type { AttributeValue, ReceivedSpan } from '@codex/otlp-receiver'
import { plainValue } from '../plain.ts'
import type { Facts } from './agent.ts'
import { text } from './read-log.ts'

type Texts = Pick<Partial<Facts>, 'prompt' | 'arguments' | 'result'>

/** What a span says by the conventions for generative AI, under the names that the texts of events have. */
export function readSpanTexts({ attributes }: ReceivedSpan): Texts {
  return {
    prompt: messagesText(attributes['gen_ai.input.messages'], newOnes),
    arguments: valueText(attributes['gen_ai.tool.call.arguments']),
    result:
      valueText(attributes['gen_ai.tool.call.result']) ??
      messagesText(attributes['gen_ai.output.messages'], all => all),
  }
}

interface Message {
  role?: unknown
  content?: unknown
  parts?: unknown
}

/** The roles of messages that each request repeats. */
const INSTRUCTIONS: ReadonlySet<unknown> = new Set(['system', 'developer'])

/** A request repeats the conversation; what follows the model's last answer is new. */
const newOnes = (messages: readonly Message[]): readonly Message[] =>
  messages
    .slice(messages.slice(0, -1).findLastIndex(({ role }) => role === 'assistant') + 1)
    .filter(({ role }) => !INSTRUCTIONS.has(role))

/** What messages say; a text that is no list of them, as one that was cut, is taken as it is. */
function messagesText(
  value: AttributeValue | undefined,
  choose: (messages: readonly Message[]) => readonly Message[],
): string | undefined {
  if (value === undefined) return undefined
  const messages = value.type === 'string' ? parsed(value.value) : plainValue(value)
  if (!Array.isArray(messages)) return valueText(value)
  const said = choose(messages.filter(message => typeof message === 'object' && message !== null)).flatMap(
    ({ parts, content }) => (Array.isArray(parts) ? parts.map(partText) : [contentText(content)]),
  )
  return said.filter(Boolean).join('\n') || undefined
}

interface Part {
  type?: unknown
  content?: unknown
  arguments?: unknown
  result?: unknown
  response?: unknown
}

/** What a part says; pictures and files say nothing that can be read. */
function partText(part: Part | null): string {
  if (typeof part !== 'object' || part === null || part.type === 'blob') return ''
  return contentText(part.content ?? part.arguments ?? part.result ?? part.response)
}

const contentText = (content: unknown): string =>
  typeof content === 'string' ? content : content === undefined ? '' : JSON.stringify(content)

const valueText = (value: AttributeValue | undefined): string | undefined =>
  value?.type === 'array' || value?.type === 'kvlist' ? JSON.stringify(plainValue(value)) : text(value)

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
