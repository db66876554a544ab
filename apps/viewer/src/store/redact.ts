import { type Encoding, type Hides, recodeRequest, redactRequest } from '@codex/otlp-receiver'
import { AGENTS } from '../agents/read-log.ts'
import { type Chunk, messagesOf } from './chunk.ts'

/** Attributes with what a person, a model or a tool wrote, or what says who a person is. */
const HIDDEN: ReadonlySet<string> = new Set(
  [
    ...AGENTS.flatMap(({ attributes }) => [
      attributes.prompt,
      attributes.arguments,
      attributes.result,
      attributes.error,
    ]),
    'response',
    'response_text',
    'request_text',
    'tool_input',
    'full_command',
    'bash_command',
    'command',
    'message',
    'rationale',
    'cwd',
    'exception.message',
    'exception.stacktrace',
    'status.message',
    'url.full',
    'url.query',
    'user.email',
    'user.id',
    'user.name',
    'user.full_name',
    'user.account_id',
    'user.account_uuid',
    'organization.id',
    'enduser.id',
    'client.address',
    'host.name',
    'process.command',
    'process.command_line',
    'process.command_args',
    'process.working_directory',
    'process.owner',
  ].filter(key => key !== undefined),
)

/** Attributes that libraries number or nest: those of the conventions for generative AI, of OpenInference, of the AI SDK, of OpenLLMetry. */
const HIDDEN_FAMILIES = new RegExp(
  `^(?:${[
    'gen_ai\\.(?:prompt|completion|input\\.messages|output\\.messages|system_instructions|tool\\.call\\.(?:arguments|result)|tool\\.definitions)',
    'input|output|llm\\.(?:input_messages|output_messages|prompts|completions)|retrieval\\.documents',
    'ai\\.(?:prompt|response\\.(?:text|object|reasoning|toolCalls)|toolCall\\.(?:args|result)|value|values)',
    'traceloop\\.entity\\.(?:input|output)',
  ].join('|')})(?:\\.|$)`,
)

/** Attributes whose texts have blanks and are names all the same. */
const NAMES: ReadonlySet<string> = new Set(['mcp_servers', 'event.name', 'gen_ai.tool.name', 'gen_ai.agent.name'])
const FAMILIES_OF_NAMES = /^(?:os|service|telemetry|process\.runtime|deployment)\./

/**
 * Whether a value is what someone said or did, or who it was. Of an attribute that nobody knows, a text with blanks or an address is
 * taken for content: names, numbers, ids and times have none.
 */
const hides: Hides = (key, text) => {
  if (HIDDEN.has(key) || HIDDEN_FAMILIES.test(key)) return true
  if (text === undefined) return false
  if (key === 'body') return !isEventName(text)
  return /[\s@]/.test(text) && !NAMES.has(key) && !FAMILIES_OF_NAMES.test(key)
}

/** The body of an event may be its name. */
const isEventName = (body: string): boolean => !/\s/.test(body) && AGENTS.some(({ prefix }) => body.startsWith(prefix))

/** A request without texts and names of persons. */
export const redactBody = ({ signal, encoding, body }: Chunk): Uint8Array =>
  redactRequest(signal, body, encoding, hides)

/** The messages of a chunk without texts and names of persons. */
export function redact(chunk: Chunk, encoding: Encoding): Uint8Array[] {
  return messagesOf(chunk).map(body => {
    const hidden = redactBody({ ...chunk, body })
    return encoding === chunk.encoding ? hidden : recodeRequest(chunk.signal, hidden, chunk.encoding, encoding)
  })
}
