import type { CodexEventName } from '@codex/otel-api'
import type { METRIC_FIELDS, Recorded } from './event-table.ts'

/** The kinds of spans. The application's own are of none of them: they have what is in `EVERY_SPAN`. */
export type SpanType = 'sessionInit' | 'turn' | 'chat' | 'tool' | 'approval'

export type SpanAttributeType = 'string' | 'string[]' | 'int' | 'double' | 'boolean'

/** Fields that hold what people and programs wrote: spans have them where the operator asks for that. A test compares this with the table of events. */
export const FREE_TEXT_FIELDS = ['prompt', 'errorMessage', 'arguments', 'output', 'response', 'rationale'] as const

type FieldOf<Payload> = Payload extends unknown ? keyof Payload : never

/** Fields of an event that a span may have. */
type SpanField<Name extends CodexEventName> = Exclude<
  FieldOf<Recorded<Name>>,
  (typeof METRIC_FIELDS)[number] | (typeof FREE_TEXT_FIELDS)[number]
>

/** What the application says of a span, and no event does. */
export type SpanFactName =
  | 'turnIndex'
  | 'spansDropped'
  | 'turnOutcome'
  | 'provider'
  | 'serverAddress'
  | 'serverPort'
  | 'responseId'
  | 'responseModel'
  | 'finishReasons'
  | 'firstChunkSeconds'
  | 'toolNamespace'
  | 'callId'
  | 'argumentsLength'
  | 'outputLength'
  | 'outputLineCount'
  | 'exitCode'
  | 'sandbox'
  | 'mcpSessionId'
  | 'mcpProtocolVersion'
  | 'mcpRequestId'
  | 'networkTransport'

/** What the spans of a conversation share. */
type OriginName = 'conversationId' | 'sessionId' | 'agentName' | 'authMode' | 'originator' | 'terminalType'

/** What the worker finds out from the other things. */
export type DerivedName =
  | 'errorType'
  | 'outcome'
  | 'isStream'
  | 'apiType'
  | 'toolType'
  | 'mcpMethod'
  | 'outputTruncated'
  | 'attempts'

/** Where a value comes from. */
export type SpanSource =
  | { from: 'constant'; value: string }
  | { from: 'label' }
  | { from: 'origin'; name: OriginName }
  | { from: 'fact'; name: SpanFactName }
  /** The last event of the span that has the field; of a list, how many items it has. */
  | { from: 'event'; event: CodexEventName; field: string }
  /** The same of a text, where the operator asks for it. */
  | { from: 'content'; event: CodexEventName; field: string }
  /** The sum of a field of the token usage of all chats of the turn. */
  | { from: 'sum'; field: string }
  /** How many spans of a type the turn has below it. */
  | { from: 'count'; type: SpanType }
  | { from: 'derived'; name: DerivedName }

export interface SpanAttribute {
  type: SpanAttributeType
  source: SpanSource
  /** When a span has it. Default: always. */
  when?: string
  doc: string
}

/** A redacted twin of a log event: what it has of its fields, under which names. */
export type SpanEventAttributes = Readonly<Record<string, { type: SpanAttributeType; field: string }>>

export interface SpanRow {
  /** The first word of the name, or all of it. */
  name: string
  /** What follows it, for a person. */
  label?: string
  kind: 'internal' | 'client'
  doc: string
  attributes: Readonly<Record<string, SpanAttribute>>
  events: Partial<Readonly<Record<CodexEventName, SpanEventAttributes>>>
}

/** What stands on spans of one type alone: whoever adds up usage, or lists tools, would count it twice. */
interface Exclusive {
  turn: 'gen_ai.input.messages'
  chat:
    | 'gen_ai.provider.name'
    | `gen_ai.request.${string}`
    | `gen_ai.response.${string}`
    | `gen_ai.usage.${string}`
    | `openai.${string}`
    | `server.${string}`
  tool: `gen_ai.tool.${string}` | `mcp.${string}` | `process.${string}`
}

/**
 * What stands on no span: identities and texts; `model` alone, which makes any span a call of a model for some receivers;
 * the later spelling of `cache_creation`, which they would add to it.
 */
type Never =
  | 'model'
  | 'slug'
  | `user.${string}`
  | 'error.message'
  | 'prompt'
  | 'arguments'
  | 'output'
  | 'gen_ai.output.messages'
  | 'gen_ai.system_instructions'
  | `gen_ai.usage.cache_write.${string}`

/** What a span of this type cannot have. */
type Forbidden<Type extends SpanType> = Never | Exclusive[Exclude<keyof Exclusive, Type>]

/** Has the compiler refuse an attribute that a span of this type cannot have. */
export const spanRow =
  <Type extends SpanType>() =>
  <Attributes extends Readonly<Record<string, SpanAttribute>>>(
    spec: Omit<SpanRow, 'attributes'> & {
      attributes: Attributes & { readonly [Name in keyof Attributes]: Name extends Forbidden<Type> ? never : unknown }
    },
  ): SpanRow =>
    spec

type Rest = Pick<SpanAttribute, 'when' | 'doc'>

const attribute = (type: SpanAttributeType, source: SpanSource, doc: string, when?: string): SpanAttribute =>
  when === undefined ? { type, source, doc } : { type, source, doc, when }
export const constant = (value: string, doc: string): SpanAttribute =>
  attribute('string', { from: 'constant', value }, doc)
export const label = (doc: string): SpanAttribute => attribute('string', { from: 'label' }, doc)
export const origin = (name: OriginName, doc: string, when?: string): SpanAttribute =>
  attribute('string', { from: 'origin', name }, doc, when)
export const fact = (type: SpanAttributeType, name: SpanFactName, doc: string, when: string): SpanAttribute =>
  attribute(type, { from: 'fact', name }, doc, when)
export const derived = (type: SpanAttributeType, name: DerivedName, { doc, when }: Rest): SpanAttribute =>
  attribute(type, { from: 'derived', name }, doc, when)
export const field = <Name extends CodexEventName>(
  type: SpanAttributeType,
  event: Name,
  name: SpanField<Name>,
  doc: string,
  when: string,
): SpanAttribute => attribute(type, { from: 'event', event, field: name }, doc, when)
export const content = <Name extends CodexEventName>(
  event: Name,
  name: Extract<FieldOf<Recorded<Name>>, (typeof FREE_TEXT_FIELDS)[number]>,
  doc: string,
): SpanAttribute =>
  attribute('string', { from: 'content', event, field: name }, doc, 'where `content` of `[otel.traces]` asks for it')
export const tokens = (name: SpanField<'codex.sse_event'>, doc: string): SpanAttribute =>
  attribute('int', { from: 'sum', field: name }, doc, 'where the provider reported it')
export const usage = (name: SpanField<'codex.sse_event'>, doc: string): SpanAttribute =>
  field('int', 'codex.sse_event', name, doc, 'where the provider reported it')
export const count = (type: SpanType, doc: string): SpanAttribute => attribute('int', { from: 'count', type }, doc)

/** The twin of an event: its fields by the attributes that they become. */
export const twin = <Name extends CodexEventName>(
  _name: Name,
  attributes: Readonly<Record<string, { type: SpanAttributeType; field: SpanField<Name> }>>,
): SpanEventAttributes => attributes
