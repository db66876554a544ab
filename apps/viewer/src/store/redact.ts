import { type Encoding, recodeRequest } from '@codex/otlp-receiver'
import { AGENTS } from '../agents/read-log.ts'
import { type Chunk, messagesIn } from './chunk.ts'

const REDACTED = { stringValue: '[REDACTED]' }

/** Attributes with what a person or a model wrote, or what says who the person is. */
const HIDDEN: ReadonlySet<string> = new Set(
  [
    ...AGENTS.flatMap(({ attributes }) => [attributes.prompt, attributes.arguments, attributes.result]),
    'error.message',
    'error',
    'exception.message',
    'exception.stacktrace',
    'response_text',
    'request_text',
    'tool_input',
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.system_instructions',
    'gen_ai.prompt',
    'gen_ai.completion',
    'gen_ai.tool.call.arguments',
    'gen_ai.tool.call.result',
    'user.email',
    'user.id',
    'user.name',
    'user.full_name',
    'user.account_id',
    'user.account_uuid',
    'organization.id',
    'enduser.id',
    'host.name',
    'process.command_line',
    'process.command_args',
    'process.owner',
  ].filter(key => key !== undefined),
)

/** A value in OTLP/JSON, as far as it is looked at. */
interface JsonValue {
  stringValue?: string
}

/** The messages of a chunk without texts and names of persons. */
export function redact(chunk: Chunk, encoding: Encoding): Uint8Array[] {
  return messagesIn(chunk, 'json').map(message => {
    const document = JSON.parse(Buffer.from(message).toString())
    hide(document)
    const hidden = Buffer.from(JSON.stringify(document))
    return encoding === 'json' ? hidden : recodeRequest(chunk.signal, hidden, 'json', encoding)
  })
}

function hide(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) hide(item)
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return
  const object = node as Record<string, unknown>
  if (typeof object.key === 'string' && object.value !== undefined) {
    if (HIDDEN.has(object.key)) {
      object.value = REDACTED
      return
    }
  }
  for (const [key, value] of Object.entries(object)) {
    // The body of an event is a sentence about it; the name of the event is no secret.
    if (key === 'body' && !isEventName(value as JsonValue)) object.body = REDACTED
    else hide(value)
  }
}

const isEventName = (body: JsonValue | null): boolean =>
  typeof body?.stringValue === 'string' &&
  AGENTS.some(({ prefix }) => body.stringValue?.startsWith(prefix) && !/\s/.test(body.stringValue))
