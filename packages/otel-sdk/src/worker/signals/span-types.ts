import { ROW_BY_NAME } from '../../catalogue/event-table.ts'
import type { SpanAttributeType, SpanFactName, SpanSource, SpanType } from '../../catalogue/span-row.ts'
import { EVERY_SPAN, SPAN_TABLE } from '../../catalogue/span-table.ts'
import type { TextField } from '../../content/policy.ts'
import { type SpanFacts, SpanKind } from '../../protocol/span-tuple.ts'

/** A column of an event, and the attribute that it becomes. */
export interface ColumnAttribute {
  attribute: string
  type: SpanAttributeType
  column: number
}

/** A column that holds a text, and the attribute that it becomes where the operator asks for it. */
export interface ContentAttribute {
  attribute: string
  column: number
  /** What the content policy calls it. */
  field: TextField
}

/** A type of span, by what its attributes come from. */
export interface CompiledSpan {
  readonly type: SpanType | undefined
  readonly name: string
  readonly isClient: boolean
  /** In the order of the page. */
  readonly attributes: readonly { readonly name: string; readonly source: SpanSource }[]
  /** By the name of the fact. */
  readonly facts: ReadonlyMap<SpanFactName & keyof SpanFacts, string>
  /** By the row of the event. */
  readonly fields: ReadonlyMap<number, readonly ColumnAttribute[]>
  /** The texts of events, by the row of the event. */
  readonly contents: ReadonlyMap<number, readonly ContentAttribute[]>
  /** The events that have a twin on the span, by their rows. */
  readonly twins: ReadonlyMap<number, readonly ColumnAttribute[]>
}

const rowOf = (event: string) => ROW_BY_NAME.get(event) as NonNullable<ReturnType<typeof ROW_BY_NAME.get>>

const columnOf = (event: string, field: string): number => rowOf(event).columnOf.get(field) as number

function compile(type: SpanType | undefined): CompiledSpan {
  const row = type === undefined ? { name: '', kind: 'internal', attributes: {}, events: {} } : SPAN_TABLE[type]
  const attributes = Object.entries({ ...EVERY_SPAN, ...row.attributes })
  const facts = new Map<SpanFactName, string>()
  const fields = new Map<number, ColumnAttribute[]>()
  const contents = new Map<number, ContentAttribute[]>()
  for (const [name, { type: valueType, source }] of attributes) {
    if (source.from === 'fact') facts.set(source.name, name)
    if (source.from !== 'event' && source.from !== 'content') continue
    const { columns, id } = rowOf(source.event)
    const column = columnOf(source.event, source.field)
    const described = columns[column]
    if (source.from === 'content') {
      if (described?.type !== 'free-text') throw new Error(`${source.field} is no text`)
      contents.set(id, [...(contents.get(id) ?? []), { attribute: name, column, field: described.content }])
      continue
    }
    fields.set(id, [...(fields.get(id) ?? []), { attribute: name, type: valueType, column }])
  }
  return {
    type,
    name: row.name,
    isClient: row.kind === 'client',
    attributes: attributes.map(([name, { source }]) => ({ name, source })),
    facts,
    fields,
    contents,
    twins: new Map(
      Object.entries(row.events).map(([event, twin]) => [
        rowOf(event).id,
        Object.entries(twin).map(([name, { type: valueType, field }]) => ({
          attribute: name,
          type: valueType,
          column: columnOf(event, field),
        })),
      ]),
    ),
  }
}

const COMPILED: ReadonlyMap<SpanKind, CompiledSpan> = new Map([
  [SpanKind.sessionInit, compile('sessionInit')],
  [SpanKind.turn, compile('turn')],
  [SpanKind.chat, compile('chat')],
  [SpanKind.tool, compile('tool')],
  [SpanKind.approval, compile('approval')],
  [SpanKind.own, compile(undefined)],
])

/** What the spans of a kind have; `undefined` for a context, which is no span. */
export const compiledSpan = (kind: SpanKind): CompiledSpan | undefined => COMPILED.get(kind)

const NAMED: ReadonlySet<SpanType> = new Set<SpanType>(['turn', 'chat', 'tool'])

/** What a span with this label is called. */
export function spanName({ type, name }: CompiledSpan, label: string): string {
  if (name === '') return label
  return label === '' || !NAMED.has(type as SpanType) ? name : `${name} ${label}`
}
